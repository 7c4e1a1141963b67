/* CALLS: epoll_wait, epoll_pwait, epoll_pwait2 */
/* REQUIRES: linux-5.11 */
#include "check.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>

static int watch(int epfd, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

static void put(int fd)
{
    uint64_t one = 1;
    if (write(fd, &one, 8) != 8) {
        check_failed(__FILE__, __LINE__, "write: %s", errno_name(errno));
    }
}

static void triggers(void)
{
    int epfd = (int)OK(epoll_create1(0)), level = eventfd(0, EFD_NONBLOCK), edge = eventfd(0, EFD_NONBLOCK),
        once = eventfd(0, EFD_NONBLOCK);
    struct epoll_event events[8];
    uint64_t value;
    OK(watch(epfd, level, EPOLLIN, UINT64_C(0x1122334455667788)));
    IS(epoll_wait(epfd, events, 8, 0), 0);
    IS(epoll_wait(epfd, events, 8, 10), 0);
    put(level);
    IS(epoll_wait(epfd, events, 8, -1), 1);
    IS(events[0].events, EPOLLIN);
    CHECK(events[0].data.u64 == UINT64_C(0x1122334455667788));
    IS(epoll_wait(epfd, events, 8, 0), 1); /* as long as it is readable */
    IS(read(level, &value, 8), 8);
    IS(epoll_wait(epfd, events, 8, 0), 0);

    OK(watch(epfd, edge, EPOLLIN | EPOLLET, 2));
    put(edge);
    IS(epoll_wait(epfd, events, 8, -1), 1);
    IS(epoll_wait(epfd, events, 8, 0), 0); /* told once */
    put(edge);
    IS(epoll_wait(epfd, events, 8, 0), 1); /* and again by a change */

    OK(watch(epfd, once, EPOLLIN | EPOLLONESHOT, 3));
    put(once);
    IS(epoll_wait(epfd, events, 8, -1), 1);
    IS(events[0].data.u64, 3);
    put(once);
    IS(epoll_wait(epfd, events, 8, 0), 0);
    struct epoll_event again = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = 4};
    OK(epoll_ctl(epfd, EPOLL_CTL_MOD, once, &again));
    IS(epoll_wait(epfd, events, 8, 0), 1);
    IS(events[0].data.u64, 4);

    /* A closed descriptor leaves the set. */
    put(level);
    close(level);
    IS(epoll_wait(epfd, events, 8, 0), 0);
    close(epfd);
}

/* Two sets that share a descriptor exclusively: the event is there for whoever looks. */
static void exclusive(void)
{
    int first = epoll_create1(0), second = epoll_create1(0), fd = eventfd(0, EFD_NONBLOCK);
    struct epoll_event event;
    OK(watch(first, fd, EPOLLIN | EPOLLEXCLUSIVE, 1));
    OK(watch(second, fd, EPOLLIN | EPOLLEXCLUSIVE, 2));
    put(fd);
    IS(epoll_wait(first, &event, 1, 0) + epoll_wait(second, &event, 1, 0), 2);
    /* A set in a set. */
    int outer = epoll_create1(0);
    OK(watch(outer, first, EPOLLIN, 7));
    IS(epoll_wait(outer, &event, 1, 0), 1);
    IS(event.data.u64, 7);
}

enum { MANY = 1000 };

static void many_events(void)
{
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    int wanted = MANY + 50;
    if (limit.rlim_max < (rlim_t)wanted) {
        skip("too few descriptors");
    }
    limit.rlim_cur = (rlim_t)wanted;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    static struct epoll_event events[MANY + 1];
    static bool seen[MANY];
    int epfd = (int)OK(epoll_create1(0));
    for (int i = 0; i < MANY; i++) {
        int fd = eventfd(1, 0);
        if (fd < 0 || watch(epfd, fd, EPOLLIN, (uint64_t)i << 32 | (unsigned)i) != 0) {
            check_failed(__FILE__, __LINE__, "%d: %s", i, errno_name(errno));
        }
    }
    events[MANY].data.u64 = 12345;
    IS(epoll_wait(epfd, events, MANY + 1, 0), MANY);
    IS(events[MANY].data.u64, 12345);
    int right = 0;
    for (int i = 0; i < MANY; i++) {
        unsigned index = (unsigned)events[i].data.u64;
        bool good = index < MANY && events[i].data.u64 == ((uint64_t)index << 32 | index) && !seen[index];
        right += good;
        if (good) {
            seen[index] = true;
        }
    }
    IS(right, MANY);
    /* Fewer at a time take turns. */
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < MANY / 100; i++) {
        if (epoll_wait(epfd, events, 100, 0) == 100) {
            for (int k = 0; k < 100; k++) {
                seen[(unsigned)events[k].data.u64] = true;
            }
        }
    }
    int turns = 0;
    for (int i = 0; i < MANY; i++) {
        turns += seen[i];
    }
    IS(turns, MANY);
    IS(close(epfd), 0);
}

static void errors(void)
{
    int epfd = (int)OK(epoll_create1(0)), fd = eventfd(1, 0);
    struct epoll_event events[2];
    OK(watch(epfd, fd, EPOLLIN, 1));
    ERR(epoll_wait(epfd, events, 0, 0), EINVAL);
    ERR(RAW(SYS_epoll_wait, epfd, events, -1, 0), EINVAL);
    ERR(RAW(SYS_epoll_wait, epfd, events, 0x7fffffff, 0), EINVAL);
    ERR(epoll_wait(fd, events, 1, 0), EINVAL);
    ERR(epoll_wait(9999, events, 1, 0), EBADF);
    ERR(RAW(SYS_epoll_wait, epfd, bad_pointer(), 1, 0), EFAULT);
    ERR(RAW(SYS_epoll_wait, epfd, bad_pointer(), 100, 0), EFAULT);
    IS(epoll_wait(epfd, events, 1, 0), 1); /* not lost */

    uint64_t mask = ~UINT64_C(0);
    IS(RAW(SYS_epoll_pwait, epfd, events, 2, 0, &mask, 8), 1);
    IS(RAW(SYS_epoll_pwait, epfd, events, 2, 0, 0, 99), 1);
    ERR(RAW(SYS_epoll_pwait, epfd, events, 2, 0, &mask, 4), EINVAL);
    ERR(RAW(SYS_epoll_pwait, epfd, events, 2, 0, bad_pointer(), 8), EFAULT);
    ERR(RAW(SYS_epoll_pwait, epfd, bad_pointer(), 2, 0, 0, 8), EFAULT);

    struct timespec none = {0, 0}, short_time = {0, 1000000}, bad = {0, -1};
    IS(RAW(SYS_epoll_pwait2, epfd, events, 2, &none, &mask, 8), 1);
    ERR(RAW(SYS_epoll_pwait2, epfd, events, 2, bad_pointer(), &mask, 4), EFAULT); /* the time before the mask */
    IS(RAW(SYS_epoll_pwait2, epfd, events, 2, 0, 0, 0), 1);
    OK(epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL));
    IS(RAW(SYS_epoll_pwait2, epfd, events, 2, &short_time, 0, 0), 0);
    IS(short_time.tv_nsec, 1000000);
    ERR(RAW(SYS_epoll_pwait2, epfd, events, 2, &bad, 0, 0), EINVAL);
    ERR(RAW(SYS_epoll_pwait2, epfd, events, 2, bad_pointer(), 0, 0), EFAULT);
    ERR(RAW(SYS_epoll_pwait2, epfd, events, 0, &none, 0, 0), EINVAL);
}

int main(void)
{
    triggers();
    exclusive();
    many_events();
    errors();
    return done();
}
