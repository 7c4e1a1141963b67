/* Many calls, each with a pointer to nothing, to the last byte there is, or to a page that ends too soon. */
#include "check.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#define P (-77LL) /* stands for the pointer */

static int fd, ends[2], sockets[2], epoll;
static unsigned char *edge; /* nothing is mapped from here on */

struct attempt {
    const char *name;
    int number;
    enum { WHOLE, TEXT_END, PART } needs; /* PART: it does what it can, as far as the memory goes */
    long long arguments[6];
};

static const struct attempt attempts[] = {
/* clang-format off */
#define CALL(name, ...) {#name, SYS_##name, WHOLE, {__VA_ARGS__}}
#define PART_CALL(name, ...) {#name, SYS_##name, PART, {__VA_ARGS__}}
#define TEXT_CALL(name, ...) {#name, SYS_##name, TEXT_END, {__VA_ARGS__}}
    /* clang-format on */
    CALL(clock_getres, CLOCK_REALTIME, P),
    CALL(clock_gettime, CLOCK_REALTIME, P),
    CALL(clock_nanosleep, CLOCK_REALTIME, 0, P, 0),
    CALL(gettimeofday, P, 0),
    CALL(gettimeofday, 0, P),
    CALL(getitimer, 0, P),
    CALL(getrusage, 0, P),
    CALL(getrlimit, RLIMIT_NOFILE, P),
    CALL(prlimit64, 0, RLIMIT_NOFILE, 0, P),
    CALL(prlimit64, 0, RLIMIT_NOFILE, P, 0),
    CALL(nanosleep, P, 0),
    CALL(sched_getparam, 0, P),
    CALL(sysinfo, P),
    CALL(time, P),
    CALL(times, P),
    CALL(uname, P),
    CALL(getcwd, P, 4096),
    CALL(getresuid, P, 0, 0),
    CALL(capget, P, 0),
    TEXT_CALL(access, P, 0),
    TEXT_CALL(chdir, P),
    TEXT_CALL(creat, P, 0600),
    TEXT_CALL(link, P, P),
    TEXT_CALL(lstat, P, 0),
    TEXT_CALL(mkdir, P, 0700),
    TEXT_CALL(open, P, 0, 0),
    TEXT_CALL(openat, AT_FDCWD, P, O_RDONLY, 0),
    TEXT_CALL(readlink, P, P, 10),
    TEXT_CALL(rename, P, P),
    TEXT_CALL(rmdir, P),
    TEXT_CALL(statfs, P, 0),
    TEXT_CALL(symlink, P, P),
    TEXT_CALL(truncate, P, 0),
    TEXT_CALL(unlink, P),
    TEXT_CALL(unlinkat, AT_FDCWD, P, 0),
    CALL(pipe, P),
    CALL(pipe2, P, 0),
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, P),
    CALL(ioctl, 10, 0x541b, P), /* FIONREAD on a pipe */
    CALL(ioctl, 12, 0x541b, P), /* and on a socket */
    CALL(fcntl, 9, F_GETLK, P),
    CALL(fcntl, 9, F_SETLK, P),
    CALL(fstat, 9, P),
    CALL(fstatfs, 9, P),
    PART_CALL(read, 9, P, 100),
    PART_CALL(pread64, 9, P, 100, 0),
    CALL(readv, 9, P, 2),
    CALL(preadv, 9, P, 2, 0, 0),
    PART_CALL(write, 9, P, 100),
    PART_CALL(pwrite64, 9, P, 100, 0),
    CALL(writev, 9, P, 2),
    CALL(write, 11, P, 100),
    CALL(writev, 11, P, 2),
    CALL(getdents64, 14, P, 1000),
    CALL(sendfile, 11, 9, P, 10),
    CALL(statx, AT_FDCWD, P, 0, 0, P),
    CALL(utimensat, AT_FDCWD, 0, P, 0),
    CALL(poll, P, 2, 0),
    CALL(ppoll, P, 2, 0, 0, 8),
    CALL(ppoll, 0, 0, P, 0, 8),
    CALL(ppoll, 0, 0, 0, P, 8),
    CALL(select, 64, P, 0, 0, 0),
    CALL(select, 0, 0, 0, 0, P),
    CALL(pselect6, 0, 0, 0, 0, P, 0),
    CALL(pselect6, 0, 0, 0, 0, 0, P),
    CALL(epoll_ctl, 15, EPOLL_CTL_ADD, 12, P),
    CALL(epoll_pwait, 15, P, 4, 0, P, 8),
    CALL(sendmsg, 12, P, 0),
    CALL(recvmsg, 12, P, MSG_DONTWAIT),
    CALL(sendmmsg, 12, P, 2, 0),
    CALL(recvmmsg, 12, P, 2, MSG_DONTWAIT, 0),
    CALL(sendto, 12, P, 100, 0, 0, 0),
    CALL(getsockname, 12, P, P),
    CALL(getsockopt, 12, SOL_SOCKET, SO_TYPE, P, P),
    CALL(setsockopt, 12, SOL_SOCKET, SO_SNDBUF, P, 4),
    CALL(connect, 12, P, 110),
    CALL(bind, 12, P, 110),
    CALL(rt_sigaction, 10, P, 0, 8),
    CALL(rt_sigaction, 10, 0, P, 8),
    CALL(rt_sigprocmask, 0, P, 0, 8),
    CALL(rt_sigprocmask, 0, 0, P, 8),
    CALL(rt_sigpending, P, 8),
    CALL(rt_sigtimedwait, P, 0, 0, 8),
    CALL(futex, P, 0 /* FUTEX_WAIT */, 0x12345678, 0, 0, 0),
    CALL(timer_create, 0, P, P),
    CALL(timerfd_settime, 16, 0, P, 0),
    CALL(prctl, 16 /* PR_GET_NAME */, P),
    CALL(sched_getaffinity, 0, 128, P),
    CALL(memfd_create, P, 0),
};

static void prepare(void)
{
    unsigned char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    edge = pages + 4096;
    munmap(edge, 4096);
    fd = make_file("file", "0123456789abcdefghijklmnopqrstuvwxyz");
    pipe(ends);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets);
    epoll = epoll_create1(0);
    int directory = open(".", O_RDONLY | O_DIRECTORY);
    const int numbered[] = {fd, ends[0], ends[1], sockets[0], sockets[1], directory, epoll};
    int kept[7]; /* out of the way of the numbers that the table uses */
    for (int i = 0; i < 7; i++) {
        kept[i] = fcntl(numbered[i], F_DUPFD, 40);
    }
    for (int i = 0; i < 7; i++) {
        dup2(kept[i], 9 + i);
    }
    dup2((int)RAW(SYS_timerfd_create, CLOCK_MONOTONIC, 0), 16);
}

static void attempt(const struct attempt *a, const char *where, long long pointer)
{
    long long v[6];
    for (int i = 0; i < 6; i++) {
        v[i] = a->arguments[i] == P ? pointer : a->arguments[i];
    }
    memset(edge - 4096, 0x41, 4096);
    errno = 0;
    long result = syscall(a->number, v[0], v[1], v[2], v[3], v[4], v[5]);
    if (result != -1 || errno != EFAULT) {
        say("%s, pointer %s: %ld %s", a->name, where, result, errno_name(errno));
    }
}

int main(void)
{
    prepare();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        const struct attempt *a = &attempts[i];
        attempt(a, "to an unmapped page", (uintptr_t)edge);
        attempt(a, "to the last byte", 0xffffffff);
        attempt(a, "to the last words", 0xfffffff8);
        if (a->needs == WHOLE) {
            attempt(a, "to the end of a page", (uintptr_t)edge - 1);
            attempt(a, "to the end of a page, aligned", (uintptr_t)edge - 4);
        } else if (a->needs == TEXT_END) {
            attempt(a, "to text without an end", (uintptr_t)edge - 20);
        }
    }
    say("%zu calls tried", sizeof attempts / sizeof *attempts);
    return done();
}
