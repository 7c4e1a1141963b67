/* CALLS: connect */
#include "check.h"

#include "sockets/address.h"
#include <poll.h>

int main(void)
{
    struct sockaddr_in address;
    int listener = listening_socket(&address);
    int client = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    IS(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    ERR(connect(client, (struct sockaddr *)&address, sizeof address), EISCONN);
    ERR(connect(listener, (struct sockaddr *)&address, sizeof address), EISCONN);

    /* Without waiting: the answer comes through SO_ERROR. */
    int later = (int)OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error = -1;
    socklen_t size = sizeof error;
    ERR(connect(later, (struct sockaddr *)&address, sizeof address), EINPROGRESS);
    struct pollfd waiting = {.fd = later, .events = POLLOUT};
    IS(poll(&waiting, 1, 5000), 1);
    OK(getsockopt(later, SOL_SOCKET, SO_ERROR, &error, &size));
    IS(error, 0);
    IS(connect(later, (struct sockaddr *)&address, sizeof address), 0);

    close(listener);
    int refused = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    ERR(connect(refused, (struct sockaddr *)&address, sizeof address), ECONNREFUSED);

    /* A datagram socket only remembers; AF_UNSPEC makes it forget. */
    int datagrams = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    IS(connect(datagrams, (struct sockaddr *)&address, sizeof address), 0);
    struct sockaddr_in peer;
    size = sizeof peer;
    OK(getpeername(datagrams, (struct sockaddr *)&peer, &size));
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    IS(connect(datagrams, &nobody, sizeof nobody), 0);
    ERR(getpeername(datagrams, (struct sockaddr *)&peer, &size), ENOTCONN);

    struct sockaddr_un name = unix_path("missing");
    int local = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    ERR(connect(local, (struct sockaddr *)&name, sizeof name), ENOENT);
    make_file("plain", "");
    name = unix_path("plain");
    ERR(connect(local, (struct sockaddr *)&name, sizeof name), ECONNREFUSED);
    name = unix_path("bound");
    int bound = (int)OK(socket(AF_UNIX, SOCK_DGRAM, 0));
    OK(bind(bound, (struct sockaddr *)&name, sizeof name));
    ERR(connect(local, (struct sockaddr *)&name, sizeof name), EPROTOTYPE);

    ERR(connect(local, (struct sockaddr *)&address, sizeof address), EINVAL);
    ERR(connect(refused, (struct sockaddr *)&name, sizeof name), EAFNOSUPPORT);
    ERR(connect(refused, (struct sockaddr *)&address, 4), EINVAL);
    ERR(connect(refused, (struct sockaddr *)&address, 4096), EINVAL);
    ERR(RAW(SYS_connect, refused, bad_pointer(), 16), EFAULT);
    ERR(connect(-1, (struct sockaddr *)&address, sizeof address), EBADF);
    ERR(connect(make_file("file", ""), (struct sockaddr *)&address, sizeof address), ENOTSOCK);
    return done();
}
