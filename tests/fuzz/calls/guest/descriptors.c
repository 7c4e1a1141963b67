#include "guest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One of each kind that an ordinary user can have. */
void open_things(void)
{
    int pair[2];
    close(open("f", O_RDWR | O_CREAT, 0600));
    mkdir("d", 0700);
    mkfifo("p", 0600);
    if (symlink("f", "l") != 0) {
        abort();
    }
    open("f", O_RDWR);
    open("d", O_RDONLY);
    open("p", O_RDWR | O_NONBLOCK);
    if (pipe2(pair, O_NONBLOCK) != 0) {
        abort();
    }
    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 0);
    socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
    socket(38, SOCK_SEQPACKET, 0); /* AF_ALG */
    syscall(SYS_eventfd2, 0, O_NONBLOCK);
    syscall(SYS_epoll_create1, 0);
    syscall(SYS_memfd_create, (long)(uintptr_t)"m", 2L /* MFD_ALLOW_SEALING */);
    syscall(SYS_inotify_init1, O_NONBLOCK);
    syscall(SYS_timerfd_create, 1, O_NONBLOCK);
    syscall(SYS_pidfd_open, (long)getpid(), 0);
    open("/dev/ptmx", O_RDWR | O_NONBLOCK | O_NOCTTY);
    open("/proc/self/maps", O_RDONLY);
    open("/proc/self", O_RDONLY | O_DIRECTORY);
    open("/dev/zero", O_RDWR);
}
