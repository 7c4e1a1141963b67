/* CALLS: accept, accept4 */
#include "check.h"

#include "sockets/address.h"

int main(void)
{
    struct sockaddr_in address, mine, theirs;
    socklen_t size = sizeof mine;
    int listener = listening_socket(&address);
    int client = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    OK(connect(client, (struct sockaddr *)&address, sizeof address));
    OK(getsockname(client, (struct sockaddr *)&mine, &size));
    size = 1000;
    memset(&theirs, 0xff, sizeof theirs);
    int server = (int)OK(accept(listener, (struct sockaddr *)&theirs, &size));
    IS(size, 16);
    CHECK(memcmp(&mine, &theirs, sizeof mine) == 0);
    IS(fcntl(server, F_GETFD), 0);
    CHECK(!(fcntl(server, F_GETFL) & O_NONBLOCK));

    client = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    OK(connect(client, (struct sockaddr *)&address, sizeof address));
    server = (int)OK(accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
    IS(fcntl(server, F_GETFD), FD_CLOEXEC);
    CHECK(fcntl(server, F_GETFL) & O_NONBLOCK);
    char byte;
    ERR(read(server, &byte, 1), EAGAIN);

    /* An address of an unnamed UNIX socket is its family only. */
    struct sockaddr_un name, peer;
    socklen_t length = abstract_name(&name, "accept");
    int local = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0)), dialer = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(bind(local, (struct sockaddr *)&name, length));
    OK(listen(local, 4));
    OK(connect(dialer, (struct sockaddr *)&name, length));
    size = sizeof peer;
    OK(accept(local, (struct sockaddr *)&peer, &size));
    IS(size, 2);
    IS(peer.sun_family, AF_UNIX);

    OK(fcntl(listener, F_SETFL, O_NONBLOCK));
    ERR(accept(listener, NULL, NULL), EAGAIN);
    ERR(accept4(listener, NULL, NULL, 0), EAGAIN);
    ERR(accept4(listener, NULL, NULL, 0x1234), EINVAL);
    ERR(accept(-1, NULL, NULL), EBADF);
    ERR(accept(make_file("file", ""), NULL, NULL), ENOTSOCK);
    ERR(accept(client, NULL, NULL), EINVAL);
    ERR(accept((int)OK(socket(AF_INET, SOCK_DGRAM, 0)), NULL, NULL), EOPNOTSUPP);

    /* The connection is lost when its address cannot be stored. */
    client = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    OK(connect(client, (struct sockaddr *)&address, sizeof address));
    size = sizeof theirs;
    ERR(RAW(SYS_accept, listener, bad_pointer(), &size), EFAULT);
    ERR(accept(listener, NULL, NULL), EAGAIN);
    return done();
}
