/* CALLS: fcntl */
/* F_GETFD, F_SETFD, F_GETFL, F_SETFL. */
#include "check.h"

#define SETTABLE (O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK)

static void descriptor_flags(int fd)
{
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    IS(fcntl(fd, F_SETFD, 0), 0);
    IS(fcntl(fd, F_GETFD), 0);
    IS(fcntl(fd, F_SETFD, ~0), 0);
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    IS(fcntl(fd, F_SETFD, 2), 0);
    IS(fcntl(fd, F_GETFD), 0);
    ERR(fcntl(-1, F_GETFD), EBADF);
    ERR(fcntl(9999, F_SETFD, 0), EBADF);
}

int main(void)
{
    int fd = make_file("file", "abc"), pipes[2];
    char byte;
    descriptor_flags(fd);

    IS(fcntl(fd, F_GETFL) & (O_ACCMODE | SETTABLE), O_RDWR);
    IS(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK), 0);
    IS(fcntl(fd, F_GETFL) & (O_ACCMODE | SETTABLE), O_RDWR | O_APPEND | O_NONBLOCK);
    IS(write(fd, "def", 3), 3);
    TEXT(content_of("file"), "abcdef");
    /* The access mode and the flags of creation are not changed. */
    IS(fcntl(fd, F_SETFL, O_WRONLY | O_CREAT | O_TRUNC | O_EXCL | O_NOATIME), 0);
    IS(fcntl(fd, F_GETFL) & (O_ACCMODE | SETTABLE), O_RDWR | O_NOATIME);
    TEXT(content_of("file"), "abcdef");
    IS(fcntl(fd, F_SETFL, 0), 0);
    IS(fcntl(fd, F_GETFL) & SETTABLE, 0);

    OK(pipe(pipes));
    IS(fcntl(pipes[0], F_GETFL), O_RDONLY);
    IS(fcntl(pipes[1], F_GETFL), O_WRONLY);
    IS(fcntl(pipes[0], F_SETFL, O_NONBLOCK), 0);
    ERR(read(pipes[0], &byte, 1), EAGAIN);
    IS(fcntl(pipes[1], F_SETFL, O_DIRECT), 0); /* packets (pipe(2)) */
    IS(write(pipes[1], "ab", 2), 2);
    IS(write(pipes[1], "cd", 2), 2);
    IS(read(pipes[0], &byte, 1), 1);
    IS(read(pipes[0], &byte, 1), 1);
    IS(byte, 'c');
    ERR(fcntl(-1, F_SETFL, 0), EBADF);
    ERR(fcntl(9999, F_GETFL), EBADF);

    become_ordinary_user();
    fd = (int)OK(open("/etc/passwd", O_RDONLY));
    ERR(fcntl(fd, F_SETFL, O_NOATIME), EPERM);
    return done();
}
