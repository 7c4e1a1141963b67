/* CALLS: ioctl */
/* FIONREAD: bytes that can be read, on everything that has some. */
#include "check.h"

#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int readable(int fd)
{
    int n = -77;
    return ioctl(fd, FIONREAD, &n) == 0 ? n : -1;
}

int main(void)
{
    int pipes[2], sockets[2], packets[2], file = make_file("file", "0123456789");
    OK(pipe(pipes));
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, packets));

    IS(readable(file), 10);
    lseek(file, 4, SEEK_SET);
    IS(readable(file), 6);
    lseek(file, 14, SEEK_SET);
    IS(readable(file), -4);

    IS(readable(pipes[0]), 0);
    IS(write(pipes[1], "abcdef", 6), 6);
    IS(readable(pipes[0]), 6);
    IS(write(sockets[0], "abc", 3), 3);
    IS(readable(sockets[1]), 3);
    IS(readable(sockets[0]), 0);
    IS(write(packets[0], "abcd", 4), 4);
    IS(write(packets[0], "ef", 2), 2);
    IS(readable(packets[1]), 4);

    int watcher = (int)OK(inotify_init1(IN_NONBLOCK));
    OK(inotify_add_watch(watcher, ".", IN_CREATE));
    IS(readable(watcher), 0);
    close(make_file("new", ""));
    IS(readable(watcher), 32);

    /* An int, not more. */
    int around[3] = {11, 22, 33};
    IS(ioctl(pipes[0], FIONREAD, &around[1]), 0);
    CHECK(around[0] == 11 && around[1] == 6 && around[2] == 33);
    char odd[8];
    memset(odd, 'x', sizeof odd);
    IS(ioctl(pipes[0], FIONREAD, odd + 1), 0);
    CHECK(odd[0] == 'x' && odd[1] == 6 && odd[4] == 0 && odd[5] == 'x');

    ERR(ioctl(pipes[0], FIONREAD, bad_pointer()), EFAULT);
    ERR(ioctl(file, FIONREAD, bad_pointer()), EFAULT);
    ERR(ioctl(-1, FIONREAD, bad_pointer()), EBADF);
    ERR(ioctl(9999, FIONREAD, around), EBADF);
    return done();
}
