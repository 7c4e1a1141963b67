/* CALLS: timerfd_create, timerfd_settime, timerfd_gettime */
#include "check.h"

#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>

static bool is_zero(const struct itimerspec *time)
{
    static const struct itimerspec zero;
    return memcmp(time, &zero, sizeof zero) == 0;
}

int main(void)
{
    uint64_t count = 0;
    char room[64];
    int fd = (int)OK(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ERR(read(fd, &count, 8), EAGAIN);
    struct itimerspec found, time = {.it_value = {0, 5000000}};
    OK(timerfd_gettime(fd, &found));
    CHECK(is_zero(&found));
    IS(timerfd_settime(fd, 0, &time, &found), 0);
    CHECK(is_zero(&found));
    struct pollfd waiting = {fd, POLLIN, 0};
    IS(poll(&waiting, 1, 5000), 1);
    IS(waiting.revents, POLLIN);
    IS(read(fd, room, sizeof room), 8);
    memcpy(&count, room, 8);
    IS(count, 1);
    ERR(read(fd, &count, 8), EAGAIN);

    /* Periodic: the missed ones are counted. */
    time.it_interval = (struct timespec){0, 1000000};
    OK(timerfd_settime(fd, 0, &time, NULL));
    struct timespec sleep = {0, 30000000};
    nanosleep(&sleep, NULL);
    IS(read(fd, &count, 8), 8);
    CHECK(count >= 20);
    OK(timerfd_gettime(fd, &found));
    IS(found.it_interval.tv_nsec, 1000000);
    CHECK(found.it_value.tv_sec == 0 && found.it_value.tv_nsec <= 1000000);
    time = (struct itimerspec){0};
    OK(timerfd_settime(fd, 0, &time, &found));
    IS(found.it_interval.tv_nsec, 1000000);
    OK(timerfd_gettime(fd, &found));
    CHECK(is_zero(&found));

    /* Absolute, and in the past. */
    time.it_value = (struct timespec){1, 0};
    OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &time, NULL));
    IS(read(fd, &count, 8), 8);
    IS(count, 1);
    time.it_value = (struct timespec){1000, 0};
    OK(timerfd_settime(fd, 0, &time, NULL));
    OK(timerfd_gettime(fd, &found));
    CHECK(found.it_value.tv_sec == 999 || found.it_value.tv_sec == 1000);

    ERR(read(fd, &count, 7), EINVAL);
    ERR(timerfd_create(9999, 0), EINVAL);
    ERR(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    ERR(timerfd_create(CLOCK_MONOTONIC, 0x10), EINVAL);
    ERR(timerfd_settime(fd, 0x100, &time, NULL), EINVAL);
    time.it_value.tv_nsec = 1000000000;
    ERR(timerfd_settime(fd, 0, &time, NULL), EINVAL);
    ERR(RAW(SYS_timerfd_settime, fd, 0, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_timerfd_gettime, fd, bad_pointer()), EFAULT);
    ERR(timerfd_gettime(-1, &found), EBADF);
    ERR(timerfd_gettime(make_file("file", ""), &found), EINVAL);
    time.it_value.tv_nsec = 0;
    ERR(timerfd_settime(make_file("file", ""), 0, &time, NULL), EINVAL);
    return done();
}
