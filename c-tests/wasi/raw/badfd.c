/* Numbers that adapters to preview2 take for sockets of the libc's own: no call of preview1 knows them. */
#include "preview1.h"

#ifndef OTHER_ENGINE
/* Whatever is done by the number, it is none. */
static void is_none(uint32_t fd)
{
    struct fdstat stat;
    struct filestat file;
    char byte = 0;
    struct iov one = iov(&byte, 1);
    uint32_t size;
    GIVES(p1_fd_close(fd), W_BADF);
    GIVES(p1_fd_fdstat_get(fd, &stat), W_BADF);
    GIVES(p1_fd_fdstat_set_rights(fd, 0, 0), W_BADF);
    GIVES(p1_fd_filestat_get(fd, &file), W_BADF);
    GIVES(p1_fd_read(fd, &one, 1, &size), W_BADF);
    GIVES(p1_fd_write(fd, &one, 1, &size), W_BADF);
}

int main(void)
{
    uint32_t fd = 0, other = 0;
    GIVES(p1_adapter_open_badfd(&fd), W_SUCCESS);
    CHECK(fd > HERE);
    is_none(fd);
    uint32_t file = created("file", "content");
    CHECK(file > HERE && file != fd); /* nobody else gets it */
    GIVES(p1_adapter_open_badfd(&other), W_SUCCESS);
    CHECK(other > HERE && other != fd && other != file);
    is_none(fd);
    is_none(other);
    GIVES(p1_adapter_close_badfd(fd), W_SUCCESS);
    is_none(fd);
    uint32_t reused = opened("file", 0, 0);
    CHECK(reused == fd); /* it is free again */
    GIVES(p1_fd_close(reused), W_SUCCESS);
    GIVES(p1_adapter_close_badfd(other), W_SUCCESS);
    GIVES(p1_adapter_close_badfd(other), W_BADF);
    GIVES(p1_adapter_close_badfd(UINT32_MAX), W_BADF);
    FAULTS(p1_adapter_open_badfd(last(3)));
    uint32_t again;
    GIVES(p1_adapter_open_badfd(&again), W_SUCCESS);
    CHECK(again == fd); /* the failure took none */
    for (uint32_t i = 0, next = again; i < 200; i++, again = next) {
        GIVES(p1_adapter_open_badfd(&next), W_SUCCESS);
        CHECK(next > again);
    }
    GIVES(p1_fd_close(file), W_SUCCESS);
    return done();
}
#else
int main(void) /* outside of components nobody else has them */
{
    return done();
}
#endif
