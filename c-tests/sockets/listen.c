/* CALLS: listen */
#include "check.h"

#include "sockets/address.h"

int main(void)
{
    int fd = (int)OK(socket(AF_INET, SOCK_STREAM, 0)), value;
    socklen_t size = sizeof value;
    IS(listen(fd, 5), 0); /* binds by itself */
    struct sockaddr_in address;
    size = sizeof address;
    OK(getsockname(fd, (struct sockaddr *)&address, &size));
    CHECK(address.sin_port != 0);
    size = sizeof value;
    OK(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size));
    IS(value, 1);
    IS(listen(fd, -1), 0);
    IS(listen(fd, 0), 0);

    /* A full backlog of a UNIX socket. */
    struct sockaddr_un name;
    socklen_t length = abstract_name(&name, "listen");
    int listener = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    ERR(listen(listener, 1), EINVAL);
    OK(bind(listener, (struct sockaddr *)&name, length));
    IS(listen(listener, 0), 0);
    int first = (int)OK(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    int second = (int)OK(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    IS(connect(first, (struct sockaddr *)&name, length), 0);
    ERR(connect(second, (struct sockaddr *)&name, length), EAGAIN);

    ERR(listen(-1, 1), EBADF);
    ERR(listen(make_file("file", ""), 1), ENOTSOCK);
    ERR(listen((int)OK(socket(AF_INET, SOCK_DGRAM, 0)), 1), EOPNOTSUPP);
    ERR(listen((int)OK(socket(AF_UNIX, SOCK_DGRAM, 0)), 1), EOPNOTSUPP);
    return done();
}
