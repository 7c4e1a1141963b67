/* CALLS: fcntl */
/* Leases: only where nobody else has the file open. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc");
    IS(fcntl(fd, F_GETLEASE), F_UNLCK);
    if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0) {
        skip("this file system has no leases");
    }
    IS(fcntl(fd, F_GETLEASE), F_WRLCK);
    IS(fcntl(fd, F_SETLEASE, F_UNLCK), 0);
    IS(fcntl(fd, F_GETLEASE), F_UNLCK);
    int reader = (int)OK(open("file", O_RDONLY));
    ERR(fcntl(reader, F_SETLEASE, F_WRLCK), EAGAIN);
    ERR(fcntl(fd, F_SETLEASE, 77), EINVAL);
    ERR(fcntl(-1, F_SETLEASE, F_WRLCK), EBADF);
    int ends[2];
    OK(pipe(ends));
    ERR(fcntl(ends[0], F_SETLEASE, F_RDLCK), EINVAL);
    return done();
}
