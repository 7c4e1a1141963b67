/* CALLS: fcntl */
/* Open file description locks: two openings in one process compete. */
#include "check.h"

static struct flock lock;

static int set(int fd, int command, int type, long long start, long long length)
{
    memset(&lock, 0, sizeof lock);
    lock.l_type = (short)type;
    lock.l_start = start;
    lock.l_len = length;
    return fcntl(fd, command, &lock);
}

int main(void)
{
    int a = make_file("file", "0123456789"), b = (int)OK(open("file", O_RDWR));
    IS(set(a, F_OFD_SETLK, F_WRLCK, 2, 3), 0);
    ERR(set(b, F_OFD_SETLK, F_RDLCK, 4, 1), EAGAIN);
    IS(set(b, F_OFD_SETLK, F_RDLCK, 5, 1), 0);
    IS(set(b, F_OFD_GETLK, F_WRLCK, 0, 0), 0);
    IS(lock.l_type, F_WRLCK);
    IS(lock.l_start, 2);
    IS(lock.l_len, 3);
    IS(lock.l_pid, -1);
    ERR(set(b, F_SETLK, F_WRLCK, 2, 1), EAGAIN); /* against a record lock of the process, too */
    IS(set(a, F_OFD_SETLK, F_RDLCK, 2, 3), 0);
    IS(set(b, F_OFD_SETLKW, F_RDLCK, 0, 0), 0);
    ERR(set(a, F_OFD_SETLK, F_WRLCK, 8, 1), EAGAIN);
    OK(close(b));
    IS(set(a, F_OFD_SETLKW, F_WRLCK, 8, 1), 0);
    IS(set(a, F_OFD_GETLK, F_WRLCK, 0, 0), 0);
    IS(lock.l_type, F_UNLCK);

    struct flock named = {.l_type = F_WRLCK, .l_pid = 1};
    ERR(fcntl(a, F_OFD_SETLK, &named), EINVAL); /* l_pid must be 0 */
    ERR(RAW(SYS_fcntl, a, F_OFD_SETLK, bad_pointer()), EFAULT);
    ERR(set(-1, F_OFD_SETLK, F_WRLCK, 0, 0), EBADF);
    return done();
}
