/* Makes calls of many kinds, the same natively and as wasm: tests/commands/test_strace.py compares what
 * strace(1) and the trace write of them.  Calls are made by number, for C libraries make different
 * ones. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void handle(int signo)
{
    (void)signo;
}

static void files(void)
{
    static const unsigned char bytes[] = "hi\n\0011\"\377\v\f\\";
    static char much[100];
    char buffer[64];
    struct stat st;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    memset(much, 'a', sizeof much);
    syscall(SYS_openat, AT_FDCWD, "missing", O_RDONLY, 0);
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    syscall(SYS_write, fd, bytes, sizeof bytes - 1);
    syscall(SYS_write, fd, much, sizeof much);
    syscall(SYS_lseek, fd, 0L, SEEK_SET);
    syscall(SYS_read, fd, buffer, 10);
    syscall(SYS_read, 99, buffer, 10);
    struct iovec parts[] = {{(void *)"one", 3}, {(void *)"two", 3}};
    syscall(SYS_writev, fd, parts, 2);
    syscall(SYS_fstat, fd, &st);
    syscall(SYS_newfstatat, AT_FDCWD, "/dev/null", &st, AT_SYMLINK_NOFOLLOW);
    syscall(SYS_fcntl, fd, F_GETFD, 0);
    syscall(SYS_fcntl, fd, F_SETFD, 0);
    syscall(SYS_fcntl, fd, F_GETFD, 0);
    syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 20);
    syscall(SYS_fcntl, fd, F_SETLK, &lock);
    syscall(SYS_fcntl, fd, F_SETFL, O_APPEND | O_NONBLOCK);
    syscall(SYS_dup3, fd, 30, O_CLOEXEC);
    syscall(SYS_ftruncate, fd, 10L);
    syscall(SYS_close, fd);
    syscall(SYS_mkdirat, AT_FDCWD, "folder", 0755);
    syscall(SYS_symlinkat, "to", AT_FDCWD, "link");
    syscall(SYS_readlinkat, AT_FDCWD, "link", buffer, sizeof buffer);
    syscall(SYS_unlinkat, AT_FDCWD, "folder", AT_REMOVEDIR);
    syscall(SYS_unlinkat, AT_FDCWD, "link", 0);
    syscall(SYS_umask, 022);
    syscall(SYS_umask, 077);
    syscall(SYS_chmod, "file", 0600);
}

static void waits(void)
{
    int ends[2];
    char c;
    const struct timespec moment = {0, 1000};
    struct timeval left = {1, 0};
    fd_set set;
    syscall(SYS_pipe2, ends, O_CLOEXEC);
    struct pollfd poll = {ends[0], POLLIN, 0};
    syscall(SYS_poll, &poll, 1L, 0);
    syscall(SYS_write, ends[1], "x", 1);
    syscall(SYS_poll, &poll, 1L, -1);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    syscall(SYS_select, ends[0] + 1, &set, NULL, NULL, NULL);
    left = (struct timeval){0, 0};
    FD_ZERO(&set);
    syscall(SYS_select, 0, NULL, NULL, NULL, &left);
    const int epoll = (int)syscall(SYS_epoll_create1, EPOLL_CLOEXEC);
    struct epoll_event event = {EPOLLIN, {.u64 = 7}};
    syscall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, ends[0], &event);
    syscall(SYS_epoll_wait, epoll, &event, 4, -1);
    syscall(SYS_read, ends[0], &c, 1);
    syscall(SYS_epoll_wait, epoll, &event, 4, 0);
    syscall(SYS_nanosleep, &moment, NULL);
}

static void sockets(void)
{
    int pair[2], on = 1;
    socklen_t size = sizeof on;
    char buffer[32];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "missing"};
    syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    syscall(SYS_sendto, pair[0], "ping", 4, MSG_NOSIGNAL, NULL, 0);
    syscall(SYS_recvfrom, pair[1], buffer, sizeof buffer, MSG_DONTWAIT, NULL, NULL);
    syscall(SYS_recvfrom, pair[1], buffer, sizeof buffer, MSG_DONTWAIT, NULL, NULL);
    syscall(SYS_shutdown, pair[0], SHUT_RDWR);
    const int fd = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &on, &size);
    syscall(SYS_bind, fd, &address, sizeof address);
    syscall(SYS_listen, fd, 5);
    const int other = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    syscall(SYS_connect, other, &local, sizeof local);
}

static void others(void)
{
    struct utsname name;
    const struct rlimit limit = {0, 0};
    struct sigaction action = {0};
    sigset_t set;
    syscall(SYS_uname, &name);
    syscall(SYS_prlimit64, 0, RLIMIT_CORE, &limit, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
    action.sa_handler = handle;
    sigaction(SIGUSR1, &action, NULL);
    syscall(SYS_kill, getpid(), SIGUSR1);
    syscall(SYS_kill, getpid(), 0);
}

static void child(int how)
{
    int status;
    const int pid = (int)syscall(SYS_fork);
    if (pid == 0) {
        if (how == 0) {
            syscall(SYS_kill, getpid(), SIGTERM);
        }
        syscall(SYS_exit_group, how);
    }
    syscall(SYS_wait4, pid, &status, 0, NULL);
}

int main(void)
{
    /* The first handler makes some C libraries unblock signals. */
    sigaction(SIGUSR2, &(struct sigaction){.sa_handler = handle}, NULL);
    syscall(SYS_getppid); /* what is before differs */
    files();
    waits();
    sockets();
    others();
    child(3);
    child(0);
    syscall(SYS_wait4, -1, NULL, WNOHANG, NULL);
    syscall(SYS_exit_group, 5);
}
