/* fsync, fdatasync, posix_fadvise and posix_fallocate: what they take and refuse. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    OK(fsync(fd));
    OK(fdatasync(fd));
    int readable = (int)OK(open("file", O_RDONLY));
    OK(fsync(readable));
    OK(fdatasync(readable));
    ERR(fsync(99), EBADF);
    ERR(fdatasync(99), EBADF);
    IS(posix_fadvise(fd, 0, 10, POSIX_FADV_NORMAL), 0);
    IS(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
    IS(posix_fadvise(fd, 5, 100, POSIX_FADV_WILLNEED), 0);
    IS(posix_fadvise(fd, 0, 10, POSIX_FADV_DONTNEED), 0);
    IS(posix_fadvise(fd, 0, 10, POSIX_FADV_NOREUSE), 0);
    IS(posix_fadvise(fd, 0, 10, POSIX_FADV_RANDOM), 0);
    CHECK(posix_fadvise(fd, 0, -1, POSIX_FADV_NORMAL) == EINVAL);
    CHECK(posix_fadvise(99, 0, 10, POSIX_FADV_NORMAL) == EBADF);
    CHECK(posix_fallocate(99, 0, 10) == EBADF);
    CHECK(posix_fallocate(readable, 0, 10) == EBADF);
    CHECK(posix_fallocate(fd, -1, 10) == EINVAL);
    int answer = posix_fallocate(fd, 0, 5); /* an engine need not have it */
    CHECK(answer == 0 || answer == ENOTSUP);
    TEXT(content_of("file"), "0123456789");
    return done();
}
