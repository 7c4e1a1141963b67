/* sock_*: what is said of descriptors that are no sockets. */
#include "preview1.h"

int main(void)
{
    uint32_t fd = created("file", "0123456789"), size = 0, accepted = 77;
    uint16_t flags = 0;
    char byte;
    struct iov room = iov(&byte, 1);
    GIVES(p1_sock_recv(fd, &room, 1, 0, &size, &flags), W_NOTSOCK);
    GIVES(p1_sock_send(fd, &room, 1, 0, &size), W_NOTSOCK);
    GIVES(p1_sock_send(fd, &room, 1, 1, &size), W_INVAL); /* no flag has a meaning */
    GIVES(p1_sock_send(fd, &room, 1, 0x8000, &size), W_INVAL);
    GIVES(p1_sock_shutdown(fd, 3), W_NOTSOCK);
    GIVES(p1_sock_accept(fd, 0, &accepted), W_NOTSOCK);
    IS(accepted, 77);
    GIVES2(p1_sock_recv(HERE, &room, 1, 0, &size, &flags), W_NOTSOCK, W_BADF);
    GIVES2(p1_sock_send(HERE, &room, 1, 0, &size), W_NOTSOCK, W_BADF);
    GIVES2(p1_sock_shutdown(HERE, 1), W_NOTSOCK, W_BADF);
    GIVES2(p1_sock_accept(HERE, 0, &accepted), W_NOTSOCK, W_BADF);
    GIVES(p1_sock_recv(1, &room, 1, 0, &size, &flags), W_NOTSOCK); /* a pipe */
    GIVES(p1_sock_recv(99, &room, 1, 0, &size, &flags), W_BADF);
    GIVES(p1_sock_send(99, &room, 1, 0, &size), W_BADF);
    GIVES(p1_sock_shutdown(99, 1), W_BADF);
    GIVES(p1_sock_accept(99, 0, &accepted), W_BADF);
    struct filestat stat;
    GIVES(p1_fd_filestat_get(fd, &stat), W_SUCCESS);
    IS(stat.size, 10); /* sent to nowhere */
    return done();
}
