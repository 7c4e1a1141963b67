/* CALLS: socket */
#include "check.h"

#include "sockets/address.h"

static void kind(int domain, int type, int protocol)
{
    int fd = socket(domain, type, protocol);
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(fd >= 0);
    OK(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &size));
    say("domain %d", value);
    OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size));
    say("type %d", value);
    OK(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &size));
    say("protocol %d", value);
    IS(close(fd), 0);
}

int main(void)
{
    kind(AF_UNIX, SOCK_STREAM, 0);
    kind(AF_UNIX, SOCK_DGRAM, 0);
    kind(AF_UNIX, SOCK_SEQPACKET, 0);
    kind(AF_INET, SOCK_STREAM, 0);
    kind(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    kind(AF_NETLINK, SOCK_RAW, 0);

    int fd = (int)OK(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
    char byte;
    ERR(read(fd, &byte, 1), EINVAL);
    struct stat status;
    OK(fstat(fd, &status));
    CHECK(S_ISSOCK(status.st_mode));
    ERR(lseek(fd, 0, SEEK_CUR), ESPIPE);

    ERR(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
    ERR(socket(9999, SOCK_STREAM, 0), EAFNOSUPPORT);
    ERR(socket(AF_UNIX, 0, 0), ESOCKTNOSUPPORT);
    ERR(socket(AF_UNIX, 99, 0), EINVAL);
    ERR(socket(AF_UNIX, SOCK_STREAM | 0x40000000, 0), EINVAL);
    ERR(socket(AF_UNIX, SOCK_STREAM, 99), EPROTONOSUPPORT);
    ERR(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    ERR(socket(AF_INET, SOCK_STREAM, 9999), EINVAL);
    return done();
}
