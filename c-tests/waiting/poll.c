/* CALLS: poll */
#include "check.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

int main(void)
{
    int ends[2], pair[2];
    OK(pipe(ends));
    struct pollfd fds[4] = {{ends[0], POLLIN, -1}, {ends[1], POLLOUT, -1}, {-1, POLLIN, -1}, {9999, POLLIN, -1}};
    IS(poll(fds, 4, -1), 2);
    IS(fds[0].revents, 0);
    IS(fds[1].revents, POLLOUT);
    IS(fds[2].revents, 0); /* a negative descriptor is passed over */
    IS(fds[3].revents, POLLNVAL);

    IS(poll(fds, 1, 0), 0);
    IS(poll(fds, 1, 10), 0);
    IS(write(ends[1], "x", 1), 1);
    IS(poll(fds, 1, -1), 1);
    IS(fds[0].revents, POLLIN);
    IS(close(ends[1]), 0);
    IS(poll(fds, 1, -1), 1);
    IS(fds[0].revents, POLLIN | POLLHUP);
    char byte;
    IS(read(ends[0], &byte, 1), 1);
    IS(poll(fds, 1, -1), 1);
    IS(fds[0].revents, POLLHUP);

    /* A pipe without readers, a full one, a socket whose peer has gone. */
    OK(pipe(ends));
    close(ends[0]);
    fds[0] = (struct pollfd){ends[1], POLLOUT, 0};
    IS(poll(fds, 1, 0), 1);
    IS(fds[0].revents, POLLOUT | POLLERR);
    OK(pipe2(ends, O_NONBLOCK));
    static char block[65536];
    while (write(ends[1], block, sizeof block) > 0) {
    }
    fds[0] = (struct pollfd){ends[1], POLLOUT, 0};
    IS(poll(fds, 1, 0), 0);
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    OK(shutdown(pair[1], SHUT_WR));
    fds[0] = (struct pollfd){pair[0], POLLIN | POLLRDHUP | POLLOUT, 0};
    IS(poll(fds, 1, 0), 1);
    IS(fds[0].revents, POLLIN | POLLRDHUP | POLLOUT);
    close(pair[1]);
    IS(poll(fds, 1, 0), 1);
    IS(fds[0].revents & (POLLHUP | POLLIN | POLLRDHUP), POLLHUP | POLLIN | POLLRDHUP);

    /* A file is always ready; one descriptor may stand in several places. */
    int file = make_file("file", "");
    struct pollfd same[3] = {{file, POLLIN, 0}, {file, POLLOUT, 0}, {file, 0, 0}};
    IS(poll(same, 3, 0), 2);
    IS(same[0].revents, POLLIN);
    IS(same[1].revents, POLLOUT);
    IS(same[2].revents, 0);

    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = 100;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    static struct pollfd many[101];
    for (int i = 0; i < 101; i++) {
        many[i].fd = -1;
    }
    IS(poll(many, 100, 0), 0);
    ERR(poll(many, 101, 0), EINVAL);
    ERR(RAW(SYS_poll, many, -1, 0), EINVAL);
    IS(poll(NULL, 0, 1), 0);
    ERR(RAW(SYS_poll, bad_pointer(), 1, 0), EFAULT);
    return done();
}
