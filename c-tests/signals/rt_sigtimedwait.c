/* CALLS: rt_sigtimedwait, rt_sigqueueinfo, rt_tgsigqueueinfo, kill, tkill, tgkill */
#include "check.h"

#include <signal.h>
#include <time.h>

#define BIT(signo) (UINT64_C(1) << ((signo)-1))

static uint64_t set;
static siginfo_t information;

static long next(void)
{
    struct timespec limit = {0, 0};
    memset(&information, 0xff, sizeof information);
    return RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 8);
}

static void senders(int pid, int tid)
{
    IS(RAW(SYS_kill, pid, SIGUSR1), 0);
    IS(next(), SIGUSR1);
    IS(information.si_signo, SIGUSR1);
    IS(information.si_code, SI_USER);
    IS(information.si_errno, 0);
    CHECK(information.si_pid == pid && information.si_uid == getuid());
    IS(RAW(SYS_tgkill, pid, tid, SIGUSR2), 0);
    IS(next(), SIGUSR2);
    IS(information.si_code, SI_TKILL);
    IS(RAW(SYS_tkill, tid, SIGUSR2), 0);
    IS(next(), SIGUSR2);
    CHECK(information.si_pid == pid);
    ERR(next(), EAGAIN);
}

static void queued(int pid, int tid)
{
    /* Real-time signals queue, in order, each with its value; the lower number first. */
    siginfo_t sent = {.si_signo = SIGRTMIN, .si_code = SI_QUEUE};
    sent.si_pid = pid;
    sent.si_uid = getuid();
    for (int i = 1; i <= 3; i++) {
        sent.si_value.sival_int = 100 * i;
        IS(RAW(SYS_rt_sigqueueinfo, pid, SIGRTMIN + 1, &sent), 0);
    }
    sent.si_value.sival_ptr = &sent;
    IS(RAW(SYS_rt_tgsigqueueinfo, pid, tid, SIGRTMIN, &sent), 0);
    CHECK(next() == SIGRTMIN);
    IS(information.si_code, SI_QUEUE);
    CHECK(information.si_value.sival_ptr == &sent);
    for (int i = 1; i <= 3; i++) {
        CHECK(next() == SIGRTMIN + 1);
        IS(information.si_value.sival_int, 100 * i);
        CHECK(information.si_pid == pid);
    }
    /* Standard signals do not. */
    IS(RAW(SYS_kill, pid, SIGUSR1), 0);
    IS(RAW(SYS_kill, pid, SIGUSR1), 0);
    IS(next(), SIGUSR1);
    ERR(next(), EAGAIN);
    IS(RAW(SYS_rt_sigtimedwait, &set, 0, &(struct timespec){.tv_sec = 0}, 8) == -1, 1);
}

int main(void)
{
    int pid = getpid(), tid = (int)RAW(SYS_gettid);
    set = BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(SIGRTMIN) | BIT(SIGRTMIN + 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    senders(pid, tid);
    queued(pid, tid);

    struct timespec limit = {0, 5000000}, bad = {0, -1};
    siginfo_t sent = {.si_code = SI_USER};
    ERR(RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 8), EAGAIN);
    ERR(RAW(SYS_rt_sigtimedwait, &set, &information, &bad, 8), EINVAL);
    ERR(RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 4), EINVAL);
    ERR(RAW(SYS_rt_sigtimedwait, bad_pointer(), &information, &limit, 8), EFAULT);
    ERR(RAW(SYS_rt_sigtimedwait, &set, &information, bad_pointer(), 8), EFAULT);
    IS(RAW(SYS_kill, pid, SIGUSR1), 0);
    ERR(RAW(SYS_rt_sigtimedwait, &set, bad_pointer(), &limit, 8), EFAULT);
    ERR(RAW(SYS_rt_sigqueueinfo, 1, SIGUSR1, &sent), EPERM); /* nobody may pretend to be kill */
    ERR(RAW(SYS_rt_sigqueueinfo, pid, 65, &sent), EINVAL);
    ERR(RAW(SYS_rt_sigqueueinfo, pid, SIGUSR1, bad_pointer()), EFAULT);
    IS(RAW(SYS_kill, pid, 0), 0);
    ERR(RAW(SYS_kill, pid, 65), EINVAL);
    ERR(RAW(SYS_kill, pid, -1), EINVAL);
    ERR(RAW(SYS_kill, 0x7fffffff, 0), ESRCH);
    ERR(RAW(SYS_tkill, 0, SIGUSR1), EINVAL);
    ERR(RAW(SYS_tkill, 0x7fffffff, 0), ESRCH);
    ERR(RAW(SYS_tgkill, pid, -1, 0), EINVAL);
    ERR(RAW(SYS_tgkill, 1, tid, 0), ESRCH);
    IS(RAW(SYS_tgkill, pid, tid, 0), 0);
    return done();
}
