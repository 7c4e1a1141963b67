#define _GNU_SOURCE
#include "wali/native/base/fatal.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/printable.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE 1024
#define NAME 200 /* bytes of the program's path that are shown: its end */

static char name[NAME + 200] = "guest";
static void (*before_death)(void);
static void (*after_survival)(void);

void fatal_begin(const char *program, void (*before)(void), void (*after)(void))
{
    const size_t length = strlen(program);
    const bool whole = length <= NAME;
    strcpy(name, whole ? "" : "...");
    wali_printable(program + (whole ? 0 : length - NAME), whole ? length : NAME, name + strlen(name),
                   sizeof name - strlen(name));
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
    char line[LINE], shown[2 * LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    const size_t n = wali_printable(line, strlen(line), shown, sizeof shown - 1);
    shown[n] = '\n';
    KERNEL(write, STDERR_FILENO, shown, n + 1);
}

void fatal_line(int signal, const char *format, ...)
{
    char why[LINE / 2];
    va_list arguments;
    if (before_death != NULL) {
        before_death(); /* first, so that the process does not end by what another thread does meanwhile */
    }
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    fatal_say("wali: %s: %s (%s)", name, why, signal_name(signal));
}

static void raise_by_default(int signal)
{
    static const struct kernel_sigaction by_default;
    const sigmask_t only = SIGMASK_OF(signal);
    sigmask_t mask;
    KERNEL(rt_sigaction, signal, &by_default, NULL, SIGMASK_SIZE);
    KERNEL(tgkill, KERNEL(getpid), KERNEL(gettid), signal);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &only, &mask, SIGMASK_SIZE);
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, NULL, SIGMASK_SIZE);
}

void die_of_signal(int signal)
{
    if (before_death != NULL) {
        before_death();
    }
    if (signal_kills(signal)) {
        WATCH(process_dies, signal);
    }
    raise_by_default(signal);
    if (after_survival != NULL) {
        after_survival();
    }
}

void die_watched(int signal)
{
    WATCH(process_dies, signal);
    raise_by_default(signal);
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
