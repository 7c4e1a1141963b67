/* fd_seek and fd_tell: the three origins, positions that cannot be, what has none. */
#include "preview1.h"

int main(void)
{
    uint32_t fd = created("file", "0123456789");
    uint64_t at = 77;
    GIVES(p1_fd_tell(fd, &at), W_SUCCESS);
    IS(at, 10);
    GIVES(p1_fd_seek(fd, 4, 0, &at), W_SUCCESS);
    IS(at, 4);
    GIVES(p1_fd_seek(fd, -1, 1, &at), W_SUCCESS);
    IS(at, 3);
    GIVES(p1_fd_seek(fd, -2, 2, &at), W_SUCCESS);
    IS(at, 8);
    GIVES(p1_fd_tell(fd, &at), W_SUCCESS);
    IS(at, 8);
    GIVES(p1_fd_seek(fd, 5, 2, &at), W_SUCCESS);
    IS(at, 15);
    at = 77;
    GIVES(p1_fd_seek(fd, -1, 0, &at), W_INVAL);
    GIVES(p1_fd_seek(fd, -16, 1, &at), W_INVAL);
    GIVES(p1_fd_seek(fd, -11, 2, &at), W_INVAL);
    GIVES(p1_fd_seek(fd, INT64_MIN, 0, &at), W_INVAL);
    IS(at, 77);
    GIVES(p1_fd_tell(fd, &at), W_SUCCESS);
    IS(at, 15);
    GIVES(p1_fd_seek(99, 0, 0, &at), W_BADF);
    GIVES(p1_fd_tell(99, &at), W_BADF);
    GIVES2(p1_fd_seek(HERE, 0, 0, &at), W_BADF, W_ISDIR);
    GIVES2(p1_fd_tell(HERE, &at), W_BADF, W_ISDIR);
    GIVES(p1_fd_seek(1, 0, 1, &at), W_SPIPE);
    GIVES(p1_fd_tell(1, &at), W_SPIPE);
    FAULTS(p1_fd_seek(fd, 0, 0, last(7)));
    FAULTS(p1_fd_tell(fd, last(7)));
    GIVES(p1_fd_seek(fd, 6, 0, last(8)), W_SUCCESS);
    memcpy(&at, last(8), 8);
    IS(at, 6);
    return done();
}
