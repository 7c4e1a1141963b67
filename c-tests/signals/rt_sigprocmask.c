/* CALLS: rt_sigprocmask, rt_sigpending */
#include "check.h"

#include <signal.h>

#define BIT(signo) (UINT64_C(1) << ((signo)-1))

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static long change(int how, uint64_t set)
{
    return RAW(SYS_rt_sigprocmask, how, &set, 0, 8);
}

static uint64_t pending(void)
{
    uint64_t set = 0;
    RAW(SYS_rt_sigpending, &set, 8);
    return set;
}

int main(void)
{
    IS(change(SIG_SETMASK, 0), 0);
    CHECK(mask_now() == 0);
    IS(change(SIG_BLOCK, BIT(SIGUSR1) | BIT(64)), 0);
    IS(change(SIG_BLOCK, BIT(SIGUSR2)), 0);
    CHECK(mask_now() == (BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(64)));
    IS(change(SIG_UNBLOCK, BIT(SIGUSR1) | BIT(SIGHUP)), 0);
    CHECK(mask_now() == (BIT(SIGUSR2) | BIT(64)));
    uint64_t set = BIT(SIGTERM), old = 0;
    IS(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, &old, 8), 0);
    CHECK(old == (BIT(SIGUSR2) | BIT(64)));
    CHECK(mask_now() == BIT(SIGTERM));

    /* The signals of faults can be blocked like others, and all but two of all. */
    uint64_t faults = BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGILL);
    IS(change(SIG_BLOCK, faults), 0);
    CHECK(mask_now() == (BIT(SIGTERM) | faults));
    IS(change(SIG_UNBLOCK, BIT(SIGSEGV)), 0);
    CHECK(mask_now() == ((BIT(SIGTERM) | faults) & ~BIT(SIGSEGV)));
    IS(change(SIG_SETMASK, ~UINT64_C(0)), 0);
    CHECK(mask_now() == ~(BIT(SIGKILL) | BIT(SIGSTOP)));
    IS(change(SIG_SETMASK, BIT(SIGUSR1) | BIT(SIGRTMIN)), 0);

    /* Blocked signals wait. */
    CHECK(pending() == 0);
    IS(RAW(SYS_kill, getpid(), SIGUSR1), 0);
    IS(RAW(SYS_kill, getpid(), SIGRTMIN), 0);
    CHECK(pending() == (BIT(SIGUSR1) | BIT(SIGRTMIN)));
    /* Ignoring one takes it away. */
    CHECK(signal(SIGUSR1, SIG_IGN) == SIG_DFL);
    CHECK(pending() == BIT(SIGRTMIN));
    signal(SIGRTMIN, SIG_IGN);
    CHECK(pending() == 0);

    ERR(change(99, 0), EINVAL);
    ERR(change(-1, 0), EINVAL);
    IS(RAW(SYS_rt_sigprocmask, 99, 0, &old, 8), 0); /* without a set nobody looks at how */
    ERR(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, 4), EINVAL);
    ERR(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, 128), EINVAL);
    ERR(RAW(SYS_rt_sigprocmask, SIG_BLOCK, bad_pointer(), 0, 8), EFAULT);
    ERR(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, bad_pointer(), 8), EFAULT);
    /* The change has been made when the old mask cannot be stored. */
    set = BIT(SIGHUP);
    ERR(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, bad_pointer(), 8), EFAULT);
    CHECK(mask_now() == BIT(SIGHUP));
    ERR(RAW(SYS_rt_sigpending, &set, 16), EINVAL);
    ERR(RAW(SYS_rt_sigpending, bad_pointer(), 8), EFAULT);
    set = ~UINT64_C(0);
    IS(RAW(SYS_rt_sigpending, &set, 4), 0); /* a part is allowed */
    CHECK(set == UINT64_C(0xffffffff00000000));
    return done();
}
