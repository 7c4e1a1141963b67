/* CALLS: fcntl */
/* Record locks of a process: its own never stand in its way, and closing any descriptor drops them all. */
#include "check.h"

static struct flock lock;

static int set(int fd, int command, int type, int whence, long long start, long long length)
{
    memset(&lock, 0, sizeof lock);
    lock.l_type = (short)type;
    lock.l_whence = (short)whence;
    lock.l_start = start;
    lock.l_len = length;
    return fcntl(fd, command, &lock);
}

int main(void)
{
    int fd = make_file("file", "0123456789"), other = (int)OK(open("file", O_RDWR));
    IS(set(fd, F_SETLK, F_WRLCK, SEEK_SET, 0, 10), 0);
    IS(set(other, F_SETLK, F_RDLCK, SEEK_SET, 2, 3), 0);
    IS(set(fd, F_SETLKW, F_WRLCK, SEEK_SET, 0x100000000LL, 0), 0);
    IS(set(other, F_GETLK, F_WRLCK, SEEK_END, -10, 4), 0);
    IS(lock.l_type, F_UNLCK);
    IS(lock.l_start, -10);
    IS(lock.l_len, 4);
    IS(set(fd, F_SETLK, F_UNLCK, SEEK_SET, 0, 0), 0);
    OK(lseek(fd, 5, SEEK_SET));
    IS(set(fd, F_SETLK, F_WRLCK, SEEK_CUR, 0, -5), 0);

    ERR(set(fd, F_SETLK, F_WRLCK, SEEK_SET, -1, 5), EINVAL);
    ERR(set(fd, F_SETLK, F_WRLCK, SEEK_SET, 5, -6), EINVAL);
    ERR(set(fd, F_SETLK, F_WRLCK, 77, 0, 5), EINVAL);
    ERR(set(fd, F_SETLK, 77, SEEK_SET, 0, 5), EINVAL);
    ERR(set(fd, F_SETLK, F_WRLCK, SEEK_SET, 0x7fffffffffffffffLL, 5), EOVERFLOW);
    ERR(set(fd, F_GETLK, F_UNLCK, SEEK_SET, 0, 5), EINVAL);
    ERR(set(-1, F_SETLK, F_WRLCK, SEEK_SET, 0, 5), EBADF);
    ERR(set((int)OK(open("file", O_RDONLY)), F_SETLK, F_WRLCK, SEEK_SET, 0, 5), EBADF);
    ERR(set((int)OK(open("file", O_WRONLY)), F_SETLK, F_RDLCK, SEEK_SET, 0, 5), EBADF);
    ERR(RAW(SYS_fcntl, fd, F_SETLK, bad_pointer()), EFAULT);
    ERR(RAW(SYS_fcntl, fd, F_SETLKW, bad_pointer()), EFAULT);
    ERR(RAW(SYS_fcntl, fd, F_GETLK, bad_pointer()), EFAULT);
    return done();
}
