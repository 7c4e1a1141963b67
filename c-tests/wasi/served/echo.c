/* Standard input is a socket: sends back what comes, says "end" when the other side has ended, and shuts
 * down. */
#include "preview1.h"

int main(void)
{
    struct fdstat stat;
    GIVES(p1_fd_fdstat_get(0, &stat), W_SUCCESS);
    CHECK(stat.type == TYPE_STREAM);
    char buffer[8192];
    uint32_t got = 0, sent = 0;
    uint16_t flags = 0xffff;
    struct iov room = iov(buffer, sizeof buffer);
    GIVES(p1_sock_recv(0, &room, 1, 1, &got, &flags), W_SUCCESS); /* to look only */
    IS(got, 5);
    struct iov two[] = {iov(buffer, 2), iov(buffer + 100, 100)};
    GIVES(p1_sock_recv(0, two, 2, 0, &got, &flags), W_SUCCESS);
    IS(got, 5);
    IS(flags, 0);
    CHECK(memcmp(buffer, "he", 2) == 0 && memcmp(buffer + 100, "llo", 3) == 0);
    struct iov back[] = {iov(buffer, 2), iov(buffer + 100, 3)};
    GIVES(p1_sock_send(0, back, 2, 0, &sent), W_SUCCESS);
    IS(sent, 5);
    uint32_t accepted;
    GIVES(p1_sock_accept(0, 0, &accepted), W_INVAL);

    static char all[32768]; /* to wait for all of it: the other side sends it in two pieces */
    struct iov whole = iov(all, sizeof all);
    GIVES(p1_sock_recv(0, &whole, 1, 2, &got, &flags), W_SUCCESS);
    IS(got, sizeof all);
    uint32_t done_so_far = 0;
    while (done_so_far < sizeof all) {
        struct iov rest = iov(all + done_so_far, (uint32_t)sizeof all - done_so_far);
        if (p1_sock_send(0, &rest, 1, 0, &sent) != 0 || sent == 0) {
            break;
        }
        done_so_far += sent;
    }
    IS(done_so_far, sizeof all);
    GIVES(p1_sock_recv(0, &room, 1, 0, &got, &flags), W_SUCCESS);
    IS(got, 0); /* its end */
    struct iov end = iov("end", 3);
    GIVES(p1_fd_write(0, &end, 1, &sent), W_SUCCESS); /* a socket is a stream, too */
    GIVES(p1_sock_shutdown(0, 0), W_INVAL);
    GIVES(p1_sock_shutdown(0, 4), W_INVAL);
    GIVES(p1_sock_shutdown(0, 2), W_SUCCESS);
    GIVES(p1_sock_send(0, &end, 1, 0, &sent), W_PIPE); /* a code, and no signal */
    GIVES(p1_sock_shutdown(0, 3), W_SUCCESS);
    return done();
}
