// What one system call costs: raw, by syscall(2), unless the name says libc.
#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int fd;
static char byte[1];
static struct epoll_event event;

static void getppid_(int64_t n) {
    while (n--)
        syscall(SYS_getppid);
}

static void open_zero(void) {
    bench_need((fd = open("/dev/zero", O_RDONLY)) >= 0, "/dev/zero");
}

static void read_(int64_t n) {
    while (n--)
        bench_need(syscall(SYS_read, fd, byte, sizeof byte) == 1, "read");
}

static void libc_read(int64_t n) {
    while (n--)
        bench_need(read(fd, byte, sizeof byte) == 1, "read");
}

static void open_null(void) {
    bench_need((fd = open("/dev/null", O_WRONLY)) >= 0, "/dev/null");
}

static void write_(int64_t n) {
    while (n--)
        bench_need(syscall(SYS_write, fd, byte, sizeof byte) == 1, "write");
}

static void writev_(int64_t n) {
    struct iovec parts[4] = {{byte, 1}, {byte, 1}, {byte, 1}, {byte, 1}};
    while (n--)
        bench_need(syscall(SYS_writev, fd, parts, 4) == 4, "writev");
}

static void clock_(int64_t n) {
    struct timespec t;
    while (n--)
        clock_gettime(CLOCK_MONOTONIC, &t);
}

static void openat_close(int64_t n) {
    while (n--) {
        long opened = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 0);
        bench_need(opened >= 0, "openat");
        syscall(SYS_close, opened);
    }
}

static void fstat_(int64_t n) {
    struct stat status;
    while (n--)
        bench_need(fstat(fd, &status) == 0, "fstat");
}

static void open_epoll(void) {
    int pipes[2];
    bench_need(pipe(pipes) == 0 && write(pipes[1], byte, 1) == 1, "pipe");
    bench_need((fd = epoll_create1(0)) >= 0, "epoll_create1");
    event.events = EPOLLIN;
    bench_need(epoll_ctl(fd, EPOLL_CTL_ADD, pipes[0], &event) == 0, "epoll_ctl");
}

static void epoll_(int64_t n) {
    while (n--)
        bench_need(syscall(SYS_epoll_pwait, fd, &event, 1, 0, NULL, 8) == 1, "epoll_pwait");
}

enum { MAPPED = 65536, PAGE = 4096 };

static void mmap_touch_munmap(int64_t n) {
    while (n--) {
        volatile char *p = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        bench_need(p != MAP_FAILED, "mmap");
        for (int offset = 0; offset < MAPPED; offset += PAGE)
            p[offset] = 1;
        munmap((void *)p, MAPPED);
    }
}

static int there[2], back[2];

static void *echo(void *argument) {
    while (read(there[0], byte, 1) == 1)
        bench_need(write(back[1], byte, 1) == 1, "write");
    return argument;
}

static void start_echo(void) {
    pthread_t thread;
    bench_need(pipe(there) == 0 && pipe(back) == 0, "pipe");
    bench_need(pthread_create(&thread, NULL, echo, NULL) == 0, "pthread_create");
}

static void pipe_round_trip(int64_t n) {
    char answer;
    while (n--)
        bench_need(write(there[1], "x", 1) == 1 && read(back[0], &answer, 1) == 1, "round trip");
}

int main(int argc, char **argv) {
    static const struct bench all[] = {
        {"getppid", NULL, getppid_, 0},
        {"read", open_zero, read_, 0},
        {"libc-read", open_zero, libc_read, 0},
        {"write", open_null, write_, 0},
        {"writev", open_null, writev_, 0},
        {"clock_gettime", NULL, clock_, 0},
        {"openat-close", NULL, openat_close, 0},
        {"fstat", open_null, fstat_, 0},
        {"epoll", open_epoll, epoll_, 0},
        {"mmap", NULL, mmap_touch_munmap, 0},
        {"round-trip", start_echo, pipe_round_trip, 1},
        {0},
    };
    return bench_main(all, argc, argv);
}
