/* CALLS: kill, tgkill, rt_sigprocmask, rt_sigpending, rt_sigsuspend, rt_sigtimedwait */
/* SIGSEGV, SIGBUS, SIGFPE and SIGILL are like any other signal when somebody sends them. */
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

static volatile sig_atomic_t count, last;
static uint64_t inside;
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static int process, main_tid, which;

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static uint64_t pending(void)
{
    uint64_t set = 0;
    RAW(SYS_rt_sigpending, &set, 8);
    return set;
}

static void handler(int signo)
{
    last = signo;
    inside = mask_now();
    count++;
}

static void *send_later(void *unused)
{
    usleep(10000);
    RAW(SYS_tgkill, process, main_tid, which);
    return unused;
}

static void blocked(int signo)
{
    uint64_t set = BIT(signo), none = 0;
    siginfo_t info = {0};
    struct timespec limit = {5, 0};
    struct sigaction action = {.sa_handler = handler};
    sigaddset(&action.sa_mask, SIGHUP);
    OK(sigaction(signo, &action, NULL));
    count = 0;
    OK(kill(process, signo));
    IS(count, 1);
    CHECK(inside == (BIT(signo) | BIT(SIGHUP)));
    CHECK(mask_now() == 0);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_tgkill, process, main_tid, signo));
    OK(RAW(SYS_tgkill, process, main_tid, signo));
    IS(count, 1);
    CHECK(pending() == set);
    OK(RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8));
    IS(count, 2);
    CHECK(pending() == 0);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_tgkill, process, main_tid, signo));
    IS(RAW(SYS_rt_sigtimedwait, &set, &info, &limit, 8), signo);
    IS(info.si_signo, signo);
    IS(info.si_code, SI_TKILL);
    CHECK(pending() == 0);
    IS(count, 2);
    OK(RAW(SYS_tgkill, process, main_tid, signo));
    ERR(RAW(SYS_rt_sigsuspend, &none, 8), EINTR);
    IS(count, 3);
    CHECK(mask_now() == set);
    OK(RAW(SYS_tgkill, process, main_tid, signo));
    ERR(RAW(SYS_ppoll, 0, 0L, &limit, &none, 8), EINTR);
    IS(count, 4);
    CHECK(pending() == 0);
    OK(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8));
    IS(count, 4);
}

static void waiting(int signo, unsigned flags)
{
    pthread_t thread;
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)flags};
    uint64_t set = BIT(signo), none = 0;
    int fds[2];
    char byte;
    sigaction(signo, &action, NULL);
    which = signo;
    OK(pipe(fds));
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    pthread_create(&thread, NULL, send_later, NULL);
    IS(RAW(SYS_rt_sigtimedwait, &set, 0, 0, 8), signo);
    pthread_join(thread, NULL);
    OK(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8));
    count = 0;
    pthread_create(&thread, NULL, send_later, NULL);
    struct pollfd one = {fds[0], POLLIN, 0};
    ERR(poll(&one, 1, 5000), EINTR);
    IS(count, 1);
    pthread_join(thread, NULL);
    /* In code without a call. */
    pthread_create(&thread, NULL, send_later, NULL);
    while (count == 1) {
    }
    pthread_join(thread, NULL);
    if (!(flags & SA_RESTART)) {
        pthread_create(&thread, NULL, send_later, NULL);
        ERR(read(fds[0], &byte, 1), EINTR);
        pthread_join(thread, NULL);
    }
    IS(last, signo);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    process = getpid();
    main_tid = (int)RAW(SYS_gettid);
    for (int i = 0; i < 4; i++) {
        blocked(faults[i]);
        waiting(faults[i], i % 2 ? SA_RESTART : 0);
    }
    return done();
}
