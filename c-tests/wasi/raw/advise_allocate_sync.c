/* fd_advise, fd_allocate, fd_sync, fd_datasync. */
#include "preview1.h"

int main(void)
{
    uint32_t fd = created("file", "0123456789");
    for (uint32_t advice = 0; advice <= 5; advice++) {
        GIVES(p1_fd_advise(fd, 0, 10, advice), W_SUCCESS);
    }
    GIVES(p1_fd_advise(fd, 5, 0, 0), W_SUCCESS);
    GIVES(p1_fd_advise(fd, UINT64_MAX, 1, 0), W_INVAL);
    GIVES(p1_fd_advise(fd, 0, UINT64_MAX, 0), W_INVAL);
    GIVES(p1_fd_advise(99, 0, 10, 0), W_BADF);
    GIVES(p1_fd_advise(HERE, 0, 10, 0), W_BADF);

    struct filestat stat;
    GIVES2(p1_fd_allocate(fd, 0, 100), W_NOTSUP, W_SUCCESS);
    GIVES(p1_fd_filestat_get(fd, &stat), W_SUCCESS);
    CHECK(stat.size == 10 || stat.size == 100);
    GIVES(p1_fd_allocate(99, 0, 1), W_BADF);
    GIVES2(p1_fd_allocate(HERE, 0, 1), W_BADF, W_ISDIR);

    GIVES(p1_fd_sync(fd), W_SUCCESS);
    GIVES(p1_fd_datasync(fd), W_SUCCESS);
    GIVES(p1_fd_sync(99), W_BADF);
    GIVES(p1_fd_datasync(99), W_BADF);
    GIVES2(p1_fd_sync(HERE), W_SUCCESS, W_BADF);
    GIVES2(p1_fd_datasync(HERE), W_SUCCESS, W_BADF);
    GIVES2(p1_fd_sync(1), W_SUCCESS, W_INVAL); /* a pipe has nothing to write out */
    return done();
}
