/* How a program ends, by itself or by a signal; and the processor. */
#define _GNU_SOURCE
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/process/exit.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/errors.h"

#include <signal.h>
#include <stdint.h>

_Noreturn void preview1_proc_exit(uint32_t rval)
{
    process_exit((int)(rval & 0xff));
}

/* By WASI's numbers, which the entry has checked. */
static const uint8_t signals[] = {0,       SIGHUP,    SIGINT,  SIGQUIT,  SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                                  SIGFPE,  SIGKILL,   SIGUSR1, SIGSEGV,  SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
                                  SIGCHLD, SIGCONT,   SIGSTOP, SIGTSTP,  SIGTTIN, SIGTTOU, SIGURG,  SIGXCPU,
                                  SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGPOLL, SIGPWR,  SIGSYS};

/* The core's handlers of synchronous signals are no guest's: these do what they do by default. */
int64_t preview1_proc_raise(uint32_t sig)
{
    const int signal = signals[sig];
    if (signal != 0 && (SIGMASK_OF(signal) & SYNC_SIGNALS) != 0) {
        die_of_signal(signal);
        return 0;
    }
    return KERNEL(tgkill, KERNEL(getpid), KERNEL(gettid), signal);
}

int64_t preview1_sched_yield(void)
{
    return KERNEL(sched_yield);
}
