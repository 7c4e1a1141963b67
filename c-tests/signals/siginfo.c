/* CALLS: rt_sigaction, kill, tgkill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo, setitimer, alarm,
 * timer_create, timer_settime, timer_getoverrun, timer_delete */
/* What handlers are told: siginfo_t for each way to send a signal, and the mask in the context. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

static volatile sig_atomic_t count;
static siginfo_t last;
static uint64_t mask_then, set_mask;
static int change_mask;

static void handler(int signo, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    last = *info;
    memcpy(&mask_then, &uc->uc_sigmask, sizeof mask_then);
    if (change_mask) {
        memcpy(&uc->uc_sigmask, &set_mask, sizeof set_mask);
    }
    if (signo != info->si_signo) {
        abort();
    }
    count++;
}

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static void handle(int signo)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO, .sa_sigaction = handler};
    sigaction(signo, &action, NULL);
}

static void sleep_until(int wanted)
{
    while (count < wanted) {
        struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
    }
}

static void sent(int pid, int tid)
{
    count = 0;
    OK(kill(pid, SIGUSR1));
    IS(count, 1);
    IS(last.si_code, SI_USER);
    IS(last.si_errno, 0);
    CHECK(last.si_pid == pid && last.si_uid == getuid());
    OK(RAW(SYS_tgkill, pid, tid, SIGUSR1));
    IS(last.si_code, SI_TKILL);
    CHECK(last.si_pid == pid && last.si_uid == getuid());
    OK(RAW(SYS_tkill, tid, SIGUSR1));
    IS(count, 3);
    siginfo_t made = {.si_code = SI_QUEUE, .si_errno = 77};
    made.si_pid = 4711;
    made.si_uid = 42;
    made.si_value.sival_ptr = &made;
    OK(RAW(SYS_rt_sigqueueinfo, pid, SIGRTMIN + 2, &made));
    IS(last.si_code, SI_QUEUE);
    IS(last.si_errno, 77);
    IS(last.si_pid, 4711);
    IS(last.si_uid, 42);
    CHECK(last.si_value.sival_ptr == &made);
    made.si_code = SI_ASYNCIO;
    made.si_value.sival_int = -5;
    OK(RAW(SYS_rt_tgsigqueueinfo, pid, tid, SIGRTMIN + 2, &made));
    IS(last.si_code, SI_ASYNCIO);
    IS(last.si_value.sival_int, -5);
    OK(sigqueue(pid, SIGUSR1, (union sigval){.sival_int = 123456}));
    IS(last.si_code, SI_QUEUE);
    IS(last.si_value.sival_int, 123456);
    CHECK(last.si_pid == pid);
    IS(count, 6);
    IS(raise(SIGUSR1), 0);
    IS(count, 7);
    IS(last.si_code, SI_TKILL);
}

static void timers(int tid)
{
    struct itimerval once = {{0, 0}, {0, 2000}};
    count = 0;
    handle(SIGALRM);
    OK(setitimer(ITIMER_REAL, &once, NULL));
    sleep_until(1);
    IS(last.si_signo, SIGALRM);
    IS(last.si_code, SI_KERNEL);

    timer_t timer;
    struct itimerspec soon = {{0, 0}, {0, 2000000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2};
    event.sigev_value.sival_ptr = &timer;
    OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
    OK(timer_settime(timer, 0, &soon, NULL));
    sleep_until(2);
    IS(last.si_code, SI_TIMER);
    IS(last.si_overrun, 0);
    CHECK(last.si_value.sival_ptr == &timer);
    OK(timer_delete(timer));

    /* To this thread, blocked while it runs over. */
    uint64_t set = BIT(SIGRTMIN + 2);
    struct { /* the kernel's, without libc's helpers */
        struct sigevent event;
        char room[64];
    } raw = {.event = {.sigev_notify = 4 /* SIGEV_THREAD_ID */, .sigev_signo = SIGRTMIN + 2}};
    int kernel_timer = -1;
    raw.event.sigev_value.sival_int = 31;
#ifdef __wasm__
    ((int *)&raw.event)[3] = tid;
#else
    ((int *)&raw.event)[4] = tid;
#endif
    OK(RAW(SYS_timer_create, CLOCK_MONOTONIC, &raw, &kernel_timer));
    struct itimerspec often = {{0, 1000000}, {0, 1000000}}, never = {{0, 0}, {0, 0}};
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_timer_settime, kernel_timer, 0, &often, 0));
    usleep(20000);
    OK(RAW(SYS_timer_settime, kernel_timer, 0, &never, 0));
    IS(count, 2);
    /* Since Linux 6.13 stopping a timer drops its signal. */
    OK(RAW(SYS_timer_settime, kernel_timer, 0, &often, 0));
    usleep(20000);
    OK(RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8));
    CHECK(count >= 3);
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8);
    IS(last.si_code, SI_TIMER);
    CHECK(last.si_overrun > 5 || count > 3);
    IS(last.si_value.sival_int, 31);
    CHECK(RAW(SYS_timer_getoverrun, kernel_timer) >= 0);
    OK(RAW(SYS_timer_delete, kernel_timer));
    RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8);
}

static void masks(int pid)
{
    uint64_t set = BIT(SIGTERM) | BIT(SIGSEGV);
    OK(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 8));
    kill(pid, SIGUSR1);
    CHECK(mask_then == set);
    CHECK(mask_now() == set);
    change_mask = 1;
    set_mask = BIT(SIGHUP) | BIT(SIGFPE) | BIT(64);
    kill(pid, SIGUSR1);
    CHECK(mask_now() == set_mask);
    set_mask = ~UINT64_C(0);
    kill(pid, SIGUSR1);
    CHECK(mask_now() == ~(BIT(SIGKILL) | BIT(SIGSTOP)));
    set = 0;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 8);
    /* Out of code that makes no call. */
    struct itimerval once = {{0, 0}, {0, 3000}};
    set_mask = BIT(SIGINT);
    count = 0;
    setitimer(ITIMER_REAL, &once, NULL);
    while (count == 0) {
    }
    CHECK(mask_then == 0);
    CHECK(mask_now() == BIT(SIGINT));
}

int main(void)
{
    int pid = getpid(), tid = (int)RAW(SYS_gettid);
    handle(SIGUSR1);
    handle(SIGRTMIN + 2);
    sent(pid, tid);
    timers(tid);
    masks(pid);
    return done();
}
