/* CALLS: kill, rt_sigprocmask */
/* EXPECT: signal: 15 */
/* A signal that was blocked kills as soon as it may. */
#include "check.h"

#include <signal.h>

int main(void)
{
    uint64_t set = UINT64_C(1) << (SIGTERM - 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_kill, getpid(), SIGTERM));
    say("alive");
    RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8);
    say("NOT REACHED");
    return done();
}
