/* CALLS: recvfrom, recvmsg, recvmmsg, sendto, sendmsg, accept4, connect, setsockopt */
/* Waiting for a socket goes on after a handler with SA_RESTART, unless the socket has a time limit
 * (signal(7)). */
#include "interrupted.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static int fds[2], listener;
static char big[65536];

static void put_byte(void)
{
    if (write(fds[1], "x", 1) != 1) {
        abort();
    }
}

static void drain(void)
{
    static char room[sizeof big];
    for (int i = 0; i < 100 && recv(fds[0], room, sizeof room, MSG_DONTWAIT) > 0; i++) {
        usleep(300);
    }
}

static void fill(void)
{
    while (send(fds[1], big, sizeof big, MSG_DONTWAIT) > 0) {
    }
}

static void receives(const char *when)
{
    char byte, what[64];
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    struct mmsghdr several = {.msg_hdr = message};
    struct timespec limit = {5, 0};
    snprintf(what, sizeof what, "recv%s", when);
    begin(put_byte);
    end(what, recv(fds[0], &byte, 1, 0));
    drain();
    snprintf(what, sizeof what, "recvmsg%s", when);
    begin(put_byte);
    end(what, recvmsg(fds[0], &message, 0));
    drain();
    snprintf(what, sizeof what, "recvmmsg%s", when);
    begin(put_byte);
    end(what, recvmmsg(fds[0], &several, 1, 0, NULL));
    drain();
    snprintf(what, sizeof what, "recvmmsg with a limit of its own%s", when);
    begin(put_byte);
    end(what, recvmmsg(fds[0], &several, 1, 0, &limit));
    drain();
    snprintf(what, sizeof what, "read%s", when);
    begin(put_byte);
    end(what, read(fds[0], &byte, 1));
    drain();
}

static void sends(const char *when)
{
    char what[64];
    struct iovec vector = {big, sizeof big};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    fill();
    snprintf(what, sizeof what, "send%s", when);
    begin(drain);
    end(what, send(fds[1], big, sizeof big, 0));
    fill();
    snprintf(what, sizeof what, "sendmsg%s", when);
    begin(drain);
    end(what, sendmsg(fds[1], &message, 0));
    fill();
    snprintf(what, sizeof what, "write%s", when);
    begin(drain);
    end(what, write(fds[1], big, 1));
    drain();
}

union address {
    struct sockaddr any;
    struct sockaddr_un local;
    struct sockaddr_in internet;
};
static union address name;
static socklen_t name_length;

static int connector(void)
{
    int fd = socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        abort();
    }
    return fd;
}

static void connect_to(void)
{
    int fd = connector();
    connect(fd, &name.any, name_length);
    usleep(1000);
    close(fd);
}

static void accept_all(void)
{
    fcntl(listener, F_SETFL, O_NONBLOCK);
    for (int i = 0, fd; i < 100 && (fd = accept(listener, NULL, NULL)) >= 0; i++) {
        close(fd);
        usleep(300);
    }
    fcntl(listener, F_SETFL, 0);
}

static void listen_at(const union address *where, socklen_t length)
{
    name = *where;
    name_length = length;
    listener = connector();
    OK(bind(listener, &name.any, name_length));
    OK(listen(listener, 0));
    OK(getsockname(listener, &name.any, &length)); /* which port it is */
}

static void accepts(const char *when, const struct timeval *limit)
{
    char what[64];
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, limit, sizeof *limit);
    snprintf(what, sizeof what, "accept%s", when);
    begin(connect_to);
    long fd = end(what, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    if (fd >= 0) {
        close((int)fd);
    }
    accept_all();
}

/* One connection waits to be accepted, and the next one for room. Of the internet's, TCP asks once more after
 * a second; and what a signal has interrupted goes on by itself (connect(2)). */
static void connects(const char *when, const struct timeval *limit)
{
    char what[64];
    int first = connector(), second = connector();
    OK(connect(first, &name.any, name_length));
    setsockopt(second, SOL_SOCKET, SO_SNDTIMEO, limit, sizeof *limit);
    snprintf(what, sizeof what, "connect%s", when);
    begin(accept_all);
    long result = end(what, connect(second, &name.any, name_length));
    if (result < 0 && name.any.sa_family == AF_INET && limit->tv_sec == 0) {
        OK(connect(second, &name.any, name_length));
    }
    close(first);
    close(second);
}

static void local(const char *when, const struct timeval *limit)
{
    union address where = {.local = {.sun_family = AF_UNIX, .sun_path = "socket"}};
    unlink(where.local.sun_path);
    listen_at(&where, sizeof where.local);
    accepts(when, limit);
    connects(when, limit);
    close(listener);
}

static void internet(const char *when, const struct timeval *limit)
{
    union address where = {.internet = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}}};
    listen_at(&where, sizeof where.internet);
    accepts(when, limit);
    connects(when, limit);
    close(listener);
}

static void all(void)
{
    struct timeval none = {0, 0}, limit = {5, 0};
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    receives("");
    sends("");
    local("", &none);
    internet(" of the internet", &none);
    OK(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    OK(setsockopt(fds[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
    receives(" with SO_RCVTIMEO");
    sends(" with SO_SNDTIMEO");
    local(" with a limit", &limit);
    internet(" of the internet with a limit", &limit);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    with_and_without_restart(all);
    return done();
}
