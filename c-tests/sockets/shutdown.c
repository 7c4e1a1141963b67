/* CALLS: shutdown */
#include "check.h"

#include "sockets/address.h"

int main(void)
{
    int pair[2];
    char buffer[8];
    tcp_pair(pair);
    IS(send(pair[0], "last", 4, 0), 4);
    IS(shutdown(pair[0], SHUT_WR), 0);
    IS(recv(pair[1], buffer, sizeof buffer, 0), 4);
    IS(recv(pair[1], buffer, sizeof buffer, 0), 0);
    ERR(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    IS(send(pair[1], "still", 5, 0), 5); /* the other way is open */
    IS(recv(pair[0], buffer, sizeof buffer, 0), 5);
    IS(shutdown(pair[1], SHUT_RDWR), 0);
    IS(recv(pair[0], buffer, sizeof buffer, 0), 0);

    IS(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    IS(shutdown(pair[0], SHUT_RD), 0);
    IS(recv(pair[0], buffer, sizeof buffer, 0), 0);
    ERR(send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    IS(send(pair[0], "x", 1, MSG_NOSIGNAL), 1);

    ERR(shutdown(pair[0], 3), EINVAL);
    ERR(shutdown(pair[0], -1), EINVAL);
    ERR(shutdown(-1, SHUT_RD), EBADF);
    ERR(shutdown(make_file("file", ""), SHUT_RD), ENOTSOCK);
    ERR(shutdown((int)OK(socket(AF_INET, SOCK_STREAM, 0)), SHUT_RD), ENOTCONN);
    return done();
}
