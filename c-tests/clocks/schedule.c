/* CALLS: timerfd_create, timerfd_settime, epoll_wait, clock_gettime */
/* A hundred timers with deadlines in mixed order, waited for in one epoll set: each fires once, none too early. */
#include "check.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

enum { TIMERS = 100 };

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(void)
{
    static int fds[TIMERS], fired[TIMERS];
    static int64_t deadlines[TIMERS];
    int epfd = (int)OK(epoll_create1(0)), early = 0, wrong = 0, total = 0;
    int64_t start = now();
    for (int i = 0; i < TIMERS; i++) {
        deadlines[i] = start + 5000000 + (int64_t)(i * 37 % TIMERS) * 1000000;
        fds[i] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
        struct itimerspec time = {.it_value = {deadlines[i] / 1000000000, deadlines[i] % 1000000000}};
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = (uint32_t)i};
        if (fds[i] < 0 || timerfd_settime(fds[i], TFD_TIMER_ABSTIME, &time, NULL) != 0 ||
            epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &event) != 0) {
            check_failed(__FILE__, __LINE__, "timer %d: %s", i, errno_name(errno));
        }
    }
    while (total < TIMERS) {
        struct epoll_event events[10];
        int count = epoll_wait(epfd, events, 10, 5000);
        if (count <= 0) {
            check_failed(__FILE__, __LINE__, "only %d fired", total);
            break;
        }
        for (int i = 0; i < count; i++, total++) {
            uint32_t index = events[i].data.u32;
            uint64_t expirations = 0;
            early += now() < deadlines[index];
            wrong += fired[index]++ != 0;
            wrong += read(fds[index], &expirations, 8) != 8 || expirations != 1;
        }
    }
    IS(total, TIMERS);
    IS(early, 0);
    IS(wrong, 0);
    CHECK(now() - start >= 5000000 + (TIMERS - 1) * 1000000);
    struct epoll_event event;
    IS(epoll_wait(epfd, &event, 1, 10), 0);
    return done();
}
