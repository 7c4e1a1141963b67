/* Descriptor 3 is a socket that listens: takes as many connections as it is told, answers each with its
 * number.  A second argument is a file in a folder. */
#include "preview1.h"

int main(int argc, char **argv)
{
    uint32_t wanted = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
    struct fdstat stat;
    GIVES(p1_fd_fdstat_get(3, &stat), W_SUCCESS);
    CHECK(stat.type == TYPE_STREAM);
    uint32_t one, size, prestat[2];
    uint16_t flags;
    char buffer[64];
    struct iov room = iov(buffer, sizeof buffer);
    if (argc > 2) { /* a folder stands behind, which libcs look for as long as there is no BADF */
        GIVES(p1_fd_prestat_get(3, prestat), W_SUCCESS);
        CHECK((prestat[0] & 0xff) != 0 && prestat[1] == 0);
        GIVES(p1_fd_prestat_dir_name(3, buffer, sizeof buffer), W_NOTDIR);
        GIVES(p1_fd_prestat_get(4, prestat), W_SUCCESS);
        IS(prestat[0] & 0xff, 0);
        FILE *file = fopen(argv[2], "r");
        CHECK(file != NULL && fread(buffer, 1, sizeof buffer, file) == 4 && memcmp(buffer, "text", 4) == 0);
    } else {
        GIVES(p1_fd_prestat_get(3, prestat), W_BADF); /* no folder */
    }
    GIVES2(p1_sock_recv(3, &room, 1, 0, &size, &flags), W_NOTCONN, W_INVAL);
    GIVES(p1_fd_fdstat_set_flags(3, FLAG_NONBLOCK), W_SUCCESS);
    GIVES(p1_sock_accept(3, 0, &one), W_AGAIN);
    GIVES(p1_fd_fdstat_set_flags(3, 0), W_SUCCESS);
    GIVES(p1_sock_accept(3, FLAG_APPEND, &one), W_INVAL);
    say("ready");
    for (uint32_t i = 0; i < wanted; i++) {
        GIVES(p1_sock_accept(3, i % 2 ? FLAG_NONBLOCK : 0, &one), W_SUCCESS);
        CHECK(one > 3);
        GIVES(p1_fd_fdstat_get(one, &stat), W_SUCCESS);
        CHECK(stat.type == TYPE_STREAM && stat.flags == (i % 2 ? FLAG_NONBLOCK : 0));
        int code;
        while ((code = p1_sock_recv(one, &room, 1, 0, &size, &flags)) == W_AGAIN) {
            p1_sched_yield();
        }
        CHECK(code == W_SUCCESS && size > 0);
        char answer[80];
        struct iov data =
            iov(answer, (uint32_t)snprintf(answer, sizeof answer, "%u:%.*s", i, (int)size, buffer));
        GIVES(p1_sock_send(one, &data, 1, 0, &size), W_SUCCESS);
        GIVES(p1_sock_shutdown(one, 2), W_SUCCESS);
        GIVES(p1_fd_close(one), W_SUCCESS);
    }
    return done();
}
