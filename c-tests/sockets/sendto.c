/* CALLS: sendto, recvfrom */
#include "check.h"

#include "sockets/address.h"

static void datagrams(void)
{
    struct sockaddr_in mine, theirs, from;
    int one = bound_socket(SOCK_DGRAM, &mine), two = bound_socket(SOCK_DGRAM, &theirs);
    char buffer[64] = {0};
    socklen_t size = sizeof from;
    IS(sendto(one, "hello", 5, 0, (struct sockaddr *)&theirs, sizeof theirs), 5);
    IS(sendto(one, "", 0, 0, (struct sockaddr *)&theirs, sizeof theirs), 0);
    IS(sendto(one, "long text", 9, 0, (struct sockaddr *)&theirs, sizeof theirs), 9);
    IS(recvfrom(two, buffer, sizeof buffer, MSG_PEEK, (struct sockaddr *)&from, &size), 5);
    IS(recvfrom(two, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size), 5);
    IS(size, 16);
    CHECK(memcmp(&from, &mine, sizeof mine) == 0);
    IS(recvfrom(two, buffer, sizeof buffer, 0, NULL, NULL), 0);
    /* The rest of a datagram is dropped; with MSG_TRUNC its whole size is the answer. */
    IS(recvfrom(two, buffer, 4, MSG_PEEK | MSG_TRUNC, NULL, NULL), 9);
    IS(recvfrom(two, buffer, 4, 0, NULL, NULL), 4);
    ERR(recvfrom(two, buffer, 4, MSG_DONTWAIT, NULL, NULL), EAGAIN);

    /* A short address is cut, and its real size told. */
    char part[6] = {0, 0, 0, 0, 77, 0};
    size = 4;
    IS(sendto(one, "x", 1, 0, (struct sockaddr *)&theirs, sizeof theirs), 1);
    IS(recvfrom(two, buffer, 1, 0, (struct sockaddr *)part, &size), 1);
    IS(size, 16);
    IS(part[4], 77);

    ERR(sendto(one, "x", 1, 0, NULL, 0), EDESTADDRREQ);
    ERR(sendto(one, buffer, 1, 0, (struct sockaddr *)&theirs, 3), EINVAL);
    ERR(sendto(one, buffer, 1, 0, (struct sockaddr *)&theirs, (socklen_t)-1), EINVAL);
    ERR(RAW(SYS_sendto, one, "x", 1, 0, bad_pointer(), 16), EFAULT);
    ERR(RAW(SYS_sendto, one, bad_pointer(), 5, 0, &theirs, sizeof theirs), EFAULT);
    char *big = calloc(1, 70000);
    ERR(sendto(one, big, 70000, 0, (struct sockaddr *)&theirs, sizeof theirs), EMSGSIZE);
    IS(sendto(one, "x", 1, 0, (struct sockaddr *)&theirs, sizeof theirs), 1);
    ERR(RAW(SYS_recvfrom, two, bad_pointer(), 5, 0, 0, 0), EFAULT);
    IS(sendto(one, "x", 1, 0, (struct sockaddr *)&theirs, sizeof theirs), 1);
    size = sizeof from;
    ERR(RAW(SYS_recvfrom, two, buffer, 5, 0, bad_pointer(), &size), EFAULT);
}

static void streams(void)
{
    int pair[2];
    char buffer[64];
    tcp_pair(pair);
    IS(send(pair[0], "abcdef", 6, MSG_MORE), 6);
    IS(send(pair[0], "gh", 2, 0), 2);
    IS(recv(pair[1], buffer, 8, MSG_WAITALL), 8);
    IS(send(pair[0], "!", 1, MSG_OOB), 1);
    IS(recv(pair[1], buffer, 8, MSG_OOB), 1);
    IS(buffer[0], '!');
    ERR(recv(pair[1], buffer, 8, MSG_OOB), EINVAL);
    ERR(recv(pair[0], buffer, 8, MSG_DONTWAIT), EAGAIN);
    IS(send(pair[0], buffer, 0, 0), 0);
    IS(recv(pair[1], buffer, 0, 0), 0);

    int local[2];
    IS(socketpair(AF_UNIX, SOCK_STREAM, 0, local), 0);
    struct sockaddr_un name = unix_path("nobody");
    ERR(sendto(local[0], "x", 1, 0, (struct sockaddr *)&name, sizeof name), EISCONN);
    close(local[1]);
    ERR(send(local[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    ERR(send(-1, "x", 1, 0), EBADF);
    ERR(recv(-1, buffer, 1, 0), EBADF);
    ERR(send(make_file("file", ""), "x", 1, 0), ENOTSOCK);
    int lonely = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    ERR(recv(lonely, buffer, 1, 0), ENOTCONN);
    ERR(send(lonely, buffer, 1, MSG_NOSIGNAL), EPIPE);
    int unconnected = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    ERR(send(unconnected, buffer, 1, MSG_NOSIGNAL), ENOTCONN);
}

int main(void)
{
    datagrams();
    streams();
    return done();
}
