/* CALLS: fcntl, dup */
/* Locks of open file descriptions: they conflict within one process. */
#include "check.h"

static int lock(int fd, int cmd, int type, off_t start, off_t length)
{
    struct flock l = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return fcntl(fd, cmd, &l);
}

int main(void)
{
    int one = make_file("file", "0123456789"), two = (int)OK(open("file", O_RDWR));
    IS(lock(one, F_OFD_SETLK, F_WRLCK, 0, 5), 0);
    ERR(lock(two, F_OFD_SETLK, F_WRLCK, 4, 2), EAGAIN);
    ERR(lock(two, F_OFD_SETLK, F_RDLCK, 4, 2), EAGAIN);
    ERR(lock(two, F_SETLK, F_RDLCK, 4, 2), EAGAIN);
    IS(lock(two, F_OFD_SETLK, F_WRLCK, 5, 2), 0);
    ERR(lock(one, F_OFD_SETLK, F_WRLCK, 0, 0), EAGAIN);

    struct flock l = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
    IS(fcntl(two, F_OFD_GETLK, &l), 0);
    IS(l.l_type, F_WRLCK);
    IS(l.l_start, 0);
    IS(l.l_len, 5);
    IS(l.l_pid, -1);
    IS(l.l_whence, SEEK_SET);

    /* Shared by duplicates; read locks share. */
    int copy = (int)OK(dup(one));
    IS(lock(copy, F_OFD_SETLK, F_RDLCK, 0, 5), 0);
    IS(lock(two, F_OFD_SETLK, F_RDLCK, 0, 5), 0);
    ERR(lock(one, F_OFD_SETLK, F_WRLCK, 0, 1), EAGAIN);
    IS(lock(two, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
    IS(lock(one, F_OFD_SETLKW, F_WRLCK, 0, 0), 0);
    close(one);
    ERR(lock(two, F_OFD_SETLK, F_RDLCK, 0, 1), EAGAIN);
    close(copy);
    IS(lock(two, F_OFD_SETLK, F_WRLCK, 0, 0), 0);

    /* A record lock of the process meets that of the description. */
    int three = (int)OK(open("file", O_RDWR));
    ERR(lock(three, F_SETLK, F_WRLCK, 3, 1), EAGAIN);
    l = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 3, .l_len = 1};
    IS(fcntl(three, F_GETLK, &l), 0);
    IS(l.l_type, F_WRLCK);
    IS(l.l_pid, -1);

    l = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_pid = 1};
    ERR(fcntl(two, F_OFD_SETLK, &l), EINVAL);
    ERR(fcntl(two, F_OFD_GETLK, &l), EINVAL);
    ERR(fcntl(two, F_OFD_SETLK, bad_pointer()), EFAULT);
    ERR(fcntl(two, F_OFD_SETLKW, bad_pointer()), EFAULT);
    ERR(fcntl(two, F_OFD_GETLK, bad_pointer()), EFAULT);
    ERR(fcntl(-1, F_OFD_SETLK, bad_pointer()), EBADF);
    return done();
}
