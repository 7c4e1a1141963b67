#define _GNU_SOURCE
#include "wali/native/base/fatal.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define LINE 512

static const char *name = "guest";
static void (*before_death)(void);
static void (*after_survival)(void);

void fatal_begin(const char *program, void (*before)(void), void (*after)(void))
{
    name = program;
    before_death = before;
    after_survival = after;
}

static const char *signal_name(int signal)
{
    static const char *const names[] = {[SIGSEGV] = "SIGSEGV",
                                        [SIGBUS] = "SIGBUS",
                                        [SIGFPE] = "SIGFPE",
                                        [SIGILL] = "SIGILL",
                                        [SIGABRT] = "SIGABRT"};
    return names[signal];
}

void fatal_say(const char *format, ...)
{
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 1) {
        n = (int)sizeof line - 1;
    }
    KERNEL(write, STDERR_FILENO, line, n);
}

void fatal_line(int signal, const char *format, ...)
{
    char why[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    fatal_say("wali: %s: %s (%s)\n", name, why, signal_name(signal));
}

void die_of_signal(int signal)
{
    static const struct kernel_sigaction by_default;
    const sigmask_t only = SIGMASK_OF(signal);
    sigmask_t mask;
    if (before_death != NULL) {
        before_death();
    }
    KERNEL(rt_sigaction, signal, &by_default, NULL, SIGMASK_SIZE);
    KERNEL(tgkill, KERNEL(getpid), KERNEL(gettid), signal);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &only, &mask, SIGMASK_SIZE);
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, NULL, SIGMASK_SIZE);
    if (after_survival != NULL) {
        after_survival();
    }
}

_Noreturn void die_by_signal(int signal)
{
    for (;;) {
        die_of_signal(signal);
        KERNEL(exit_group, 128 + signal);
    }
}

_Noreturn void guest_abort(const char *why)
{
    fatal_line(SIGABRT, "%s", why);
    die_by_signal(SIGABRT);
}

_Noreturn void guest_segfault(const char *why)
{
    fatal_line(SIGSEGV, "%s", why);
    die_by_signal(SIGSEGV);
}

_Noreturn void guest_faulted(int signal, uint32_t address)
{
    fatal_line(signal, "bad memory access at %#x", address);
    die_by_signal(signal);
}
