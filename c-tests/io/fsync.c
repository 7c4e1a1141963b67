/* CALLS: fsync, fdatasync, syncfs, sync_file_range */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc"), directory = (int)OK(open(".", O_RDONLY));
    int ends[2];
    OK(pipe(ends));
    IS(fsync(fd), 0);
    IS(fsync(directory), 0);
    IS(fdatasync(fd), 0);
    IS(syncfs(fd), 0);
    ERR(fsync(-1), EBADF);
    ERR(fdatasync(9999), EBADF);
    ERR(syncfs(-1), EBADF);
    ERR(fsync(ends[0]), EINVAL);
    ERR(fdatasync(ends[1]), EINVAL);

    IS(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE), 0);
    IS(sync_file_range(fd, 1, 2,
                       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER),
       0);
    ERR(sync_file_range(fd, -1, 2, 0), EINVAL);
    ERR(sync_file_range(fd, 0, -2, 0), EINVAL);
    ERR(sync_file_range(fd, 0, 0, 1 << 10), EINVAL);
    ERR(sync_file_range(-1, 0, 0, 0), EBADF);
    ERR(sync_file_range(ends[0], 0, 0, 0), ESPIPE);
    return done();
}
