/* CALLS: setsockopt, getsockopt */
#include "check.h"

#include "sockets/address.h"
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/time.h>

static void integer(int fd, int level, int option, int value)
{
    int before = -1, after = -1;
    socklen_t size = sizeof before;
    say("option %d of %d", option, level);
    OK(getsockopt(fd, level, option, &before, &size));
    IS(size, sizeof(int));
    IS(setsockopt(fd, level, option, &value, sizeof value), 0);
    OK(getsockopt(fd, level, option, &after, &size));
    IS(after, value);
}

static void ordinary(void)
{
    int fd = (int)OK(socket(AF_INET, SOCK_STREAM, 0)), on = 1, value = 0;
    integer(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    integer(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    integer(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    integer(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    integer(fd, SOL_SOCKET, SO_PRIORITY, 3);
    integer(fd, SOL_SOCKET, SO_RCVLOWAT, 5);
    integer(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    integer(fd, IPPROTO_TCP, TCP_KEEPIDLE, 33);
    integer(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
    integer(fd, IPPROTO_IP, IP_TTL, 12);
    integer(fd, IPPROTO_IP, IP_TOS, 8);

    /* The kernel doubles what it is asked for. */
    value = 5000;
    OK(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value));
    socklen_t size = sizeof value;
    OK(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &size));
    IS(value, 10000);

    struct linger linger = {1, 5}, found = {0};
    OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    size = sizeof found;
    OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &found, &size));
    IS(found.l_linger, 5);
    IS(size, 8);
    struct timeval time = {3, 500000}, left = {0};
    OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
    size = sizeof left;
    OK(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &left, &size));
    IS(left.tv_sec, 3);
    IS(left.tv_usec, 500000);
    IS(size, 16);
    time.tv_usec = 1000000;
    ERR(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), EDOM);
    char name[16] = {0};
    size = sizeof name;
    OK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &size));
    CHECK(strlen(name) > 0);
    struct tcp_info information;
    size = sizeof information;
    OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &information, &size));
    IS(information.tcpi_state, TCP_CLOSE);

    /* Cut to the room that there is. */
    char room[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    size = 2;
    OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, room, &size));
    IS(size, 2);
    IS(room[0], SOCK_STREAM);
    IS(room[2], 9);
    size = 0;
    OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, room, &size));
    IS(size, 0);
    size = (socklen_t)-1;
    ERR(getsockopt(fd, SOL_SOCKET, SO_TYPE, room, &size), EINVAL);
    size = 4;
    ERR(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, 3), EINVAL);
    ERR(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, (socklen_t)-1), EINVAL);
    ERR(setsockopt(fd, SOL_SOCKET, SO_TYPE, &on, sizeof on), ENOPROTOOPT);
    ERR(setsockopt(fd, SOL_SOCKET, 9999, &on, sizeof on), ENOPROTOOPT);
    ERR(setsockopt(fd, IPPROTO_TCP, 9999, &on, sizeof on), ENOPROTOOPT);
    ERR(getsockopt(fd, SOL_SOCKET, 9999, room, &size), ENOPROTOOPT);
    ERR(setsockopt(fd, 9999, 1, &on, sizeof on), ENOPROTOOPT);
    ERR(RAW(SYS_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, bad_pointer(), 4), EFAULT);
    ERR(RAW(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, bad_pointer(), &size), EFAULT);
    ERR(RAW(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, room, bad_pointer()), EFAULT);
    ERR(setsockopt(-1, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), EBADF);
    ERR(RAW(SYS_getsockopt, -1, SOL_SOCKET, SO_TYPE, room, bad_pointer()), EBADF);
    int file = make_file("file", "");
    ERR(setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ENOTSOCK);
    ERR(getsockopt(file, SOL_SOCKET, SO_TYPE, room, &size), ENOTSOCK);
}

static void timeouts(void)
{
    int pair[2];
    char byte;
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    struct timeval short_time = {0, 20000};
    OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof short_time));
    ERR(recv(pair[0], &byte, 1, 0), EAGAIN);
    OK(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &short_time, sizeof short_time));
    static char block[65536];
    ssize_t sent;
    do {
        sent = send(pair[0], block, sizeof block, 0);
    } while (sent == sizeof block);
    CHECK(sent > 0 || errno == EAGAIN);
}

/* A filter that cuts every packet to four bytes: struct sock_fprog holds an address. */
static void filters(void)
{
    int pair[2];
    char buffer[16];
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_IMM, 0), BPF_STMT(BPF_RET | BPF_K, 4)};
    struct sock_fprog program = {2, code};
    IS(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
    IS(send(pair[0], "long text", 9, 0), 9);
    IS(recv(pair[1], buffer, sizeof buffer, 0), 4);

    /* SO_GET_FILTER counts instructions, not bytes. */
    struct sock_filter found[2] = {0};
    socklen_t count = 0;
    OK(getsockopt(pair[1], SOL_SOCKET, SO_GET_FILTER, NULL, &count));
    IS(count, 2);
    OK(getsockopt(pair[1], SOL_SOCKET, SO_GET_FILTER, found, &count));
    IS(count, 2);
    CHECK(memcmp(found, code, sizeof code) == 0);
    count = 1;
    ERR(getsockopt(pair[1], SOL_SOCKET, SO_GET_FILTER, found, &count), EINVAL);
    int nothing = 0;
    IS(setsockopt(pair[1], SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing), 0);
    ERR(setsockopt(pair[1], SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing), ENOENT);
    IS(send(pair[0], "long text", 9, 0), 9);
    IS(recv(pair[1], buffer, sizeof buffer, 0), 9);

    ERR(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program - 1), EINVAL);
    ERR(RAW(SYS_setsockopt, pair[1], SOL_SOCKET, SO_ATTACH_FILTER, bad_pointer(), sizeof program), EFAULT);
    program.filter = bad_pointer();
    ERR(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), EFAULT);
    program = (struct sock_fprog){0, code};
    ERR(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), EINVAL);
    program.len = 1; /* no return at its end */
    ERR(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), EINVAL);
}

int main(void)
{
    ordinary();
    timeouts();
    filters();
    return done();
}
