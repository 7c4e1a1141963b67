/* CALLS: rt_sigsuspend */
/* EXPECT: signal: 10 */
/* The mask of the call lets a signal through that was blocked; its default is to kill. */
#include "check.h"

#include <signal.h>

int main(void)
{
    uint64_t set = ~UINT64_C(0);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_kill, getpid(), SIGUSR1));
    ERR(RAW(SYS_rt_sigsuspend, &set, 4), EINVAL);
    ERR(RAW(SYS_rt_sigsuspend, bad_pointer(), 8), EFAULT);
    say("waiting");
    set = ~(UINT64_C(1) << (SIGUSR1 - 1));
    RAW(SYS_rt_sigsuspend, &set, 8);
    say("NOT REACHED");
    return done();
}
