/* poll and select: files, streams and an input at its end are ready; nothing is ready in time. */
#include "check.h"

#include <poll.h>
#include <sys/select.h>
#include <time.h>

static long long milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

int main(void)
{
    int file = make_file("file", "0123456789");
    int empty = (int)OK(open("empty", O_RDWR | O_CREAT, 0644));
    struct pollfd fds[] = {
        {file, POLLIN, 0}, {file, POLLOUT, 0}, {empty, POLLIN | POLLOUT, 0}, {1, POLLOUT, 0}};
    IS(poll(fds, 4, -1), 4);
    CHECK(fds[0].revents == POLLIN);
    CHECK(fds[1].revents == POLLOUT);
    CHECK((fds[2].revents & POLLOUT) != 0);
    CHECK(fds[3].revents == POLLOUT);
    IS(poll(fds, 1, 0), 1);
    struct pollfd input = {0, POLLIN, 0}; /* /dev/null */
    IS(poll(&input, 1, 1000), 1);
    CHECK((input.revents & (POLLIN | POLLHUP)) != 0);
    fds[1].fd = -1; /* passed over */
    IS(poll(fds, 2, -1), 1);
    CHECK(fds[1].revents == 0);

    long long before = milliseconds();
    IS(poll(NULL, 0, 20), 0);
    CHECK(milliseconds() - before >= 20);
    before = milliseconds();
    struct timeval wait = {0, 20000};
    IS(select(0, NULL, NULL, NULL, &wait), 0);
    CHECK(milliseconds() - before >= 20);

    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(file, &readable);
    FD_SET(1, &writable);
    wait = (struct timeval){1, 0};
    IS(select(file + 1, &readable, &writable, NULL, &wait), 2);
    CHECK(FD_ISSET(file, &readable) && !FD_ISSET(1, &readable) && FD_ISSET(1, &writable));
    FD_ZERO(&readable);
    FD_SET(40, &readable); /* below 64: Linux passes over what is beyond its table */
    ERR(select(41, &readable, NULL, NULL, &wait), EBADF);
    return done();
}
