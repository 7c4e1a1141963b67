/* CALLS: timer_create, timer_settime, timer_gettime, timer_getoverrun, timer_delete */
#include "check.h"

#include <signal.h>
#include <time.h>

/* What the kernel reads of struct sigevent, as libc passes it. */
struct event {
    union sigval value;
    int signo;
    int notify;
    int tid;
    char rest[64];
};

static void pass(int milliseconds)
{
    struct timespec time = {0, milliseconds * 1000000};
    nanosleep(&time, NULL);
}

/* Timers that tell nobody: only asking shows what they did. */
static void quiet(void)
{
    struct event event = {.notify = SIGEV_NONE};
    int timer = -1;
    struct itimerspec found, time = {.it_value = {100, 0}};
    IS(RAW(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer), 0);
    CHECK(timer >= 0);
    OK(RAW(SYS_timer_gettime, timer, &found));
    IS(found.it_value.tv_sec + found.it_value.tv_nsec, 0);
    IS(RAW(SYS_timer_settime, timer, 0, &time, &found), 0);
    OK(RAW(SYS_timer_gettime, timer, &found));
    CHECK(found.it_value.tv_sec == 99 || found.it_value.tv_sec == 100);
    time.it_value = (struct timespec){0, 1000000};
    OK(RAW(SYS_timer_settime, timer, 0, &time, &found));
    CHECK(found.it_value.tv_sec == 99 || found.it_value.tv_sec == 100);
    pass(5);
    OK(RAW(SYS_timer_gettime, timer, &found));
    IS(found.it_value.tv_sec + found.it_value.tv_nsec, 0);
    IS(RAW(SYS_timer_getoverrun, timer), 0);
    IS(RAW(SYS_timer_delete, timer), 0);
    ERR(RAW(SYS_timer_delete, timer), EINVAL);
    ERR(RAW(SYS_timer_gettime, timer, &found), EINVAL);
    ERR(RAW(SYS_timer_settime, timer, 0, &time, 0), EINVAL);
    ERR(RAW(SYS_timer_getoverrun, timer), EINVAL);
}

/* Timers whose signal waits, blocked, until it is asked for. */
static void waited_for(int notify, clockid_t clock)
{
    struct event event = {.signo = SIGRTMIN + 1, .notify = notify, .tid = (int)RAW(SYS_gettid)};
    event.value.sival_int = 4321;
    uint64_t set = UINT64_C(1) << (SIGRTMIN + 1 - 1);
    int timer;
    siginfo_t information;
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    OK(RAW(SYS_timer_create, clock, &event, &timer));
    struct itimerspec time = {.it_value = {0, 2000000}, .it_interval = {0, 1000000}};
    OK(RAW(SYS_timer_settime, timer, 0, &time, 0));
    pass(20);
    struct timespec limit = {5, 0};
    CHECK(RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 8) == SIGRTMIN + 1);
    CHECK(information.si_signo == SIGRTMIN + 1);
    IS(information.si_code, SI_TIMER);
    IS(information.si_value.sival_int, 4321);
    CHECK(information.si_overrun >= 5);
    CHECK(RAW(SYS_timer_getoverrun, timer) == information.si_overrun);
    OK(RAW(SYS_timer_delete, timer));
    limit = (struct timespec){0, 0};
    while (RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 8) > 0) {
    }
    OK(RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8));
}

int main(void)
{
    quiet();
    waited_for(SIGEV_SIGNAL, CLOCK_MONOTONIC);
    waited_for(SIGEV_THREAD_ID | SIGEV_SIGNAL, CLOCK_REALTIME);

    struct event event = {.notify = SIGEV_NONE};
    int timer;
    struct itimerspec time = {.it_value = {0, 1000000000}};
    ERR(RAW(SYS_timer_create, 9999, &event, &timer), EINVAL);
    ERR(RAW(SYS_timer_create, CLOCK_MONOTONIC, bad_pointer(), &timer), EFAULT);
    ERR(RAW(SYS_timer_create, CLOCK_MONOTONIC, &event, bad_pointer()), EFAULT);
    event.notify = 99;
    ERR(RAW(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer), EINVAL);
    event.notify = SIGEV_SIGNAL;
    event.signo = 65;
    ERR(RAW(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer), EINVAL);
    event.notify = SIGEV_THREAD_ID | SIGEV_SIGNAL;
    event.signo = SIGUSR1;
    event.tid = 1;
    ERR(RAW(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer), EINVAL);
    OK(RAW(SYS_timer_create, CLOCK_MONOTONIC, 0, &timer));
    ERR(RAW(SYS_timer_settime, timer, 0, &time, 0), EINVAL);
    ERR(RAW(SYS_timer_settime, timer, 0, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_timer_gettime, timer, bad_pointer()), EFAULT);
    OK(RAW(SYS_timer_delete, timer));
    return done();
}
