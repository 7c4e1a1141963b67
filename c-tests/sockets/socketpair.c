/* CALLS: socketpair */
#include "check.h"

#include "sockets/address.h"

static void both_ways(int type)
{
    int pair[2] = {-1, -1};
    char buffer[16] = {0};
    say("type %d", type);
    IS(socketpair(AF_UNIX, type, 0, pair), 0);
    CHECK(pair[0] >= 0 && pair[1] > pair[0]);
    IS(write(pair[0], "there", 5), 5);
    IS(read(pair[1], buffer, sizeof buffer), 5);
    TEXT(buffer, "there");
    IS(write(pair[1], "back", 4), 4);
    IS(read(pair[0], buffer, sizeof buffer), 4);
    close(pair[0]);
    IS(read(pair[1], buffer, sizeof buffer), 0);
    close(pair[1]);
}

int main(void)
{
    both_ways(SOCK_STREAM);
    both_ways(SOCK_SEQPACKET);
    int pair[2];
    IS(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    IS(fcntl(pair[1], F_GETFD), FD_CLOEXEC);
    char byte;
    ERR(read(pair[0], &byte, 1), EAGAIN);
    IS(write(pair[0], "", 0), 0);
    IS(read(pair[1], &byte, 1), 0);

    ERR(socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);
    ERR(socketpair(AF_UNIX, 99, 0, pair), EINVAL);
    ERR(socketpair(9999, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
    ERR(RAW(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, bad_pointer()), EFAULT);
    return done();
}
