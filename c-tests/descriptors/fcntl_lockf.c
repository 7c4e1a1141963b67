/* CALLS: fcntl */
/* lockf, and two record locks seen through an open file description that is not their owner. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789"), other = (int)OK(open("file", O_RDWR));
    OK(lseek(fd, 2, SEEK_SET));
    IS(lockf(fd, F_LOCK, 2), 0);
    IS(lockf(fd, F_TLOCK, 4), 0);
    IS(lockf(fd, F_TEST, 0), 0);
    struct flock probe = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    OK(fcntl(other, F_OFD_GETLK, &probe));
    IS(probe.l_type, F_WRLCK);
    IS(probe.l_start, 2);
    IS(probe.l_len, 4);
    CHECK(probe.l_pid == getpid());
    IS(lockf(fd, F_ULOCK, 0), 0);
    ERR(lockf(fd, 77, 0), EINVAL);

    OK(lockf(fd, F_LOCK, 2));
    OK(close(open("file", O_RDONLY))); /* drops every lock of the process on that file */
    probe = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    OK(fcntl(other, F_OFD_GETLK, &probe));
    IS(probe.l_type, F_UNLCK);
    return done();
}
