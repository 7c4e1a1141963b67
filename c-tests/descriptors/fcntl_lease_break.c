/* CALLS: fcntl */
/* Leases: F_SETLEASE, F_GETLEASE. One process: its own opens break them. */
#include "check.h"

#include <signal.h>
#include <time.h>

int main(void)
{
    sigset_t set;
    struct timespec second = {1, 0};
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    become_ordinary_user();

    int fd = make_file("file", "abc");
    IS(fcntl(fd, F_GETLEASE), F_UNLCK);
    ERR(fcntl(fd, F_SETLEASE, F_RDLCK), EAGAIN); /* open for writing */
    ERR(fcntl(fd, F_SETLEASE, 99), EINVAL);
    IS(fcntl(fd, F_SETLEASE, F_WRLCK), 0);
    IS(fcntl(fd, F_GETLEASE), F_WRLCK);
    ERR(open("file", O_RDONLY | O_NONBLOCK), EWOULDBLOCK);
    IS(sigtimedwait(&set, NULL, &second), SIGIO);
    IS(fcntl(fd, F_GETLEASE), F_RDLCK); /* what the breaker asks for */
    IS(fcntl(fd, F_SETLEASE, F_UNLCK), 0);
    IS(fcntl(fd, F_GETLEASE), F_UNLCK);
    ERR(fcntl(fd, F_SETLEASE, F_UNLCK), EAGAIN);
    close(fd);

    fd = (int)OK(open("file", O_RDONLY));
    IS(fcntl(fd, F_SETLEASE, F_RDLCK), 0);
    OK(open("file", O_RDONLY | O_NONBLOCK));
    ERR(open("file", O_WRONLY | O_NONBLOCK), EWOULDBLOCK);
    IS(sigtimedwait(&set, NULL, &second), SIGIO);
    IS(fcntl(fd, F_GETLEASE), F_UNLCK);
    IS(fcntl(fd, F_SETLEASE, F_UNLCK), 0);

    ERR(fcntl(open("/etc/passwd", O_RDONLY), F_SETLEASE, F_RDLCK), EACCES);
    ERR2(fcntl(open(".", O_RDONLY), F_SETLEASE, F_RDLCK), EACCES, EINVAL);
    ERR(fcntl(-1, F_GETLEASE), EBADF);
    return done();
}
