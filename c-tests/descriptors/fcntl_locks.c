/* CALLS: fcntl */
/* Record locks of one process: they never conflict with each other, split and join, and end with any
 * descriptor. */
#include "check.h"

static struct flock area(int type, off_t start, off_t length)
{
    struct flock lock = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return lock;
}

static int lock(int fd, int cmd, int type, off_t start, off_t length)
{
    struct flock l = area(type, start, length);
    return fcntl(fd, cmd, &l);
}

/* Who would refuse an open file description that lock: -1 is another description. */
static void holder(int fd, off_t start, off_t length)
{
    struct flock l = area(F_WRLCK, start, length);
    l.l_pid = 0;
    int result = fcntl(fd, F_OFD_GETLK, &l);
    say("[%lld,+%lld): %d type %d", (long long)start, (long long)length, result, l.l_type);
    if (result == 0 && l.l_type != F_UNLCK) {
        say("  by %s [%lld,+%lld)", l.l_pid == getpid() ? "this process" : "somebody", (long long)l.l_start,
            (long long)l.l_len);
    }
}

static void whences(int fd)
{
    struct flock l = area(F_WRLCK, -10, 5);
    l.l_whence = SEEK_END;
    IS(fcntl(fd, F_SETLK, &l), 0);
    holder(fd, 0, 0);
    IS(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
    lseek(fd, 40, SEEK_SET);
    l = area(F_WRLCK, 10, -5); /* a negative length ends before the start */
    l.l_whence = SEEK_CUR;
    IS(fcntl(fd, F_SETLK, &l), 0);
    holder(fd, 0, 0);
    IS(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
}

static void errors(int fd)
{
    struct flock l = area(F_WRLCK, -1, 5);
    ERR(fcntl(fd, F_SETLK, &l), EINVAL);
    l = area(F_WRLCK, 0, -1);
    ERR(fcntl(fd, F_SETLK, &l), EINVAL);
    l = area(77, 0, 0);
    ERR(fcntl(fd, F_SETLK, &l), EINVAL);
    ERR(fcntl(fd, F_GETLK, &l), EINVAL);
    l = area(F_WRLCK, 0, 0);
    l.l_whence = 99;
    ERR(fcntl(fd, F_SETLK, &l), EINVAL);
    l = area(F_WRLCK, INT64_MAX, INT64_MAX);
    ERR(fcntl(fd, F_SETLK, &l), EOVERFLOW);
    l = area(F_UNLCK, 0, 0);
    ERR(fcntl(fd, F_GETLK, &l), EINVAL);
    ERR(fcntl(fd, F_SETLK, bad_pointer()), EFAULT);
    ERR(fcntl(fd, F_SETLKW, bad_pointer()), EFAULT);
    ERR(fcntl(fd, F_GETLK, bad_pointer()), EFAULT);
    ERR(fcntl(-1, F_SETLK, bad_pointer()), EBADF);
    ERR(lock(9999, F_SETLK, F_WRLCK, 0, 0), EBADF);
    int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY);
    ERR(lock(reader, F_SETLK, F_WRLCK, 0, 0), EBADF);
    ERR(lock(writer, F_SETLK, F_RDLCK, 0, 0), EBADF);
}

int main(void)
{
    char text[101];
    memset(text, 'x', 100);
    text[100] = 0;
    int fd = make_file("file", text), other = (int)OK(open("file", O_RDWR));

    IS(lock(fd, F_SETLK, F_WRLCK, 10, 50), 0);
    holder(other, 0, 0);
    IS(lock(fd, F_SETLK, F_UNLCK, 20, 10), 0);
    holder(other, 0, 20);
    holder(other, 20, 10);
    holder(other, 20, 0);
    IS(lock(fd, F_SETLKW, F_WRLCK, 20, 10), 0);
    holder(other, 0, 0);
    IS(lock(fd, F_SETLK, F_RDLCK, 0, 0), 0);
    holder(other, 50, 1);

    /* The process itself is never refused, nor told. */
    struct flock l = area(F_WRLCK, 0, 0);
    IS(fcntl(other, F_GETLK, &l), 0);
    IS(l.l_type, F_UNLCK);
    IS(lock(other, F_SETLK, F_WRLCK, 0, 0), 0);

    /* Closing any descriptor of the file ends them all (fcntl_locking(2)). */
    close(open("file", O_RDONLY));
    holder(other, 0, 0);
    errors(fd);

    /* The largest offsets. */
    IS(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 1), 0);
    holder(other, INT64_MAX - 1, 0);
    IS(lock(fd, F_SETLK, F_WRLCK, INT64_MAX - 9, 10), 0);
    holder(other, 0, 0);
    IS(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
    whences(fd);
    return done();
}
