/* Writes what is told of signals and of children's ends into the trace. */
#ifndef WALI_TRACE_SIGNAL_H
#define WALI_TRACE_SIGNAL_H

#include "syscalls/trace_struct.h"

#include <signal.h>
#include <sys/wait.h>

/* A wait status, by the macros that tell it (wait(2)). */
static inline void put_status(struct text *text, int status)
{
    put(text, '{');
    if (WIFEXITED(status)) {
        put_member(text, "WIFEXITED(s) && WEXITSTATUS(s) == ", WEXITSTATUS(status));
    } else if (WIFSTOPPED(status)) {
        put_text(text, "WIFSTOPPED(s) && WSTOPSIG(s) == ");
        put_signal(text, WSTOPSIG(status));
    } else if (WIFSIGNALED(status)) {
        put_text(text, "WIFSIGNALED(s) && WTERMSIG(s) == ");
        put_signal(text, WTERMSIG(status));
        put_text(text, WCOREDUMP(status) ? " && WCOREDUMP(s)" : "");
    } else if (WIFCONTINUED(status)) {
        put_text(text, "WIFCONTINUED(s)");
    } else {
        put_hex(text, (uint32_t)status);
    }
    put(text, '}');
}

static inline const struct wali_symbols *codes_of(int signo, int code)
{
    if (code <= 0 || code == SI_KERNEL) {
        return &wali_symbols_si_code;
    }
    switch (signo) {
    case SIGCHLD:
        return &wali_symbols_cld_code;
    case SIGSEGV:
        return &wali_symbols_segv_code;
    case SIGFPE:
        return &wali_symbols_fpe_code;
    case SIGBUS:
        return &wali_symbols_bus_code;
    case SIGILL:
        return &wali_symbols_ill_code;
    default:
        return &wali_symbols_si_code;
    }
}

static inline void put_sender(struct text *text, const siginfo_t *info)
{
    put_member(text, ", si_pid=", info->si_pid);
    put_member(text, ", si_uid=", (int64_t)info->si_uid);
}

static inline void put_child(struct text *text, const siginfo_t *info)
{
    put_sender(text, info);
    put_text(text, ", si_status=");
    if (info->si_code == CLD_EXITED) {
        put_signed(text, info->si_status);
    } else {
        put_signal(text, info->si_status);
    }
    put_member(text, ", si_utime=", info->si_utime);
    put_member(text, ", si_stime=", info->si_stime);
}

/* A guest's siginfo, which has the kernel's offsets.  `address` is that of a fault, the guest's. */
static inline void put_siginfo(struct text *text, const siginfo_t *info, uint32_t address)
{
    const int signo = info->si_signo, code = info->si_code;
    put_text(text, "{si_signo=");
    put_signal(text, signo);
    put_text(text, ", si_code=");
    put_choice(text, codes_of(signo, code), code);
    if (info->si_errno != 0) {
        put_text(text, ", si_errno=");
        put_choice(text, &wali_symbols_errno, info->si_errno);
    }
    if (code == SI_TIMER) {
        put_member(text, ", si_timerid=", info->si_timerid);
        put_member(text, ", si_overrun=", info->si_overrun);
        put_member(text, ", si_int=", info->si_int);
        put_text(text, ", si_ptr=");
        put_address(text, gaddr((uint32_t)info->si_value.sival_int));
    } else if (code <= 0) {
        put_sender(text, info);
        if (code == SI_QUEUE || info->si_int != 0) {
            put_member(text, ", si_int=", info->si_int);
            put_text(text, ", si_ptr=");
            put_address(text, gaddr((uint32_t)info->si_int));
        }
    } else if (code != SI_KERNEL && signo == SIGCHLD) {
        put_child(text, info);
    } else if (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL) {
        put_text(text, ", si_addr=");
        put_address(text, gaddr(address));
    }
    put(text, '}');
}

#endif
