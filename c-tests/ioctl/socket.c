/* CALLS: ioctl, socketpair, sendto */
/* What sockets have: marks, queues, owners, time stamps. */
#include "check.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int value(int fd, unsigned request)
{
    int n = -77;
    return ioctl(fd, (int)request, &n) == 0 ? n : -errno;
}

static void queues(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    char buffer[8];
    int listener = (int)OK(socket(AF_INET, SOCK_STREAM, 0)),
        client = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    IS(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
    IS(listen(listener, 1), 0);
    OK(getsockname(listener, (struct sockaddr *)&name, &length));
    IS(connect(client, (struct sockaddr *)&name, sizeof name), 0);
    int server = (int)OK(accept(listener, NULL, NULL));

    IS(send(client, "abc", 3, 0), 3);
    IS(recv(server, buffer, sizeof buffer, MSG_PEEK), 3);
    IS(value(server, SIOCINQ), 3);
    IS(value(server, SIOCATMARK), 0);
    IS(send(client, "!", 1, MSG_OOB), 1);
    IS(recv(server, buffer, sizeof buffer, 0), 3);
    IS(value(server, SIOCATMARK), 1);
    IS(value(client, SIOCOUTQNSD), 0);
    IS(value(listener, SIOCINQ), -EINVAL);
    IS(value(listener, SIOCOUTQ), -EINVAL);
}

static void stamps(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    long long stamp[3] = {-1, -1, -1};
    char byte;
    int fd = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    ERR(ioctl(fd, (int)SIOCGSTAMP_NEW, stamp), ENOENT);
    IS(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    OK(getsockname(fd, (struct sockaddr *)&name, &length));
    IS(sendto(fd, "x", 1, 0, (struct sockaddr *)&name, sizeof name), 1);
    IS(recv(fd, &byte, 1, 0), 1);
    IS(ioctl(fd, (int)SIOCGSTAMP_NEW, stamp), 0);
    CHECK(stamp[0] > 1500000000 && stamp[1] >= 0 && stamp[1] < 1000000 && stamp[2] == -1);
    IS(ioctl(fd, SIOCGSTAMP_OLD, stamp), 0);
    CHECK(stamp[0] > 1500000000 && stamp[1] >= 0 && stamp[1] < 1000000 && stamp[2] == -1);
    IS(ioctl(fd, (int)SIOCGSTAMPNS_NEW, stamp), 0);
    CHECK(stamp[0] > 1500000000 && stamp[1] >= 0 && stamp[1] < 1000000000);
    ERR(ioctl(fd, (int)SIOCGSTAMP_NEW, bad_pointer()), EFAULT);
}

int main(void)
{
    int pair[2], owner = -getpgrp();
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    IS(value(pair[0], SIOCGPGRP), 0);
    IS(ioctl(pair[0], SIOCSPGRP, &owner), 0);
    CHECK(value(pair[0], FIOGETOWN) == owner);
    owner = 0x7ffffff0;
    ERR(ioctl(pair[0], FIOSETOWN, &owner), ESRCH);
    ERR(ioctl(pair[0], FIOSETOWN, bad_pointer()), EFAULT);
    ERR(ioctl(pair[0], SIOCGPGRP, bad_pointer()), EFAULT);
    IS(value(pair[0], SIOCOUTQ), 0);
    queues();
    stamps();
    return done();
}
