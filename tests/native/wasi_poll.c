/* poll_oneoff: clocks and files, alone and together. */
#define _GNU_SOURCE
#include "tests/native/wasi_guest.h"
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define OUT 0x40U
#define PATH 0x1000U
#define IN 0x2000U
#define EVENTS 0x9000U
#define BEYOND GUEST_BYTES
#define NANOSECONDS UINT64_C(1000000000)
#define MOMENT UINT64_C(3000000)
#define LONG_TIME (UINT64_C(1000) * NANOSECONDS)
#define ROOT 4

static uint32_t put; /* subscriptions, for the next call */

static struct wasi_subscription *next(uint8_t kind)
{
    struct wasi_subscription *const subscription = (struct wasi_subscription *)(void *)(wali_base + IN) + put;
    *subscription = (struct wasi_subscription){.userdata = 100 + put, .kind = kind};
    put++;
    return subscription;
}

static void clock_at(uint32_t id, uint64_t timeout, uint16_t flags)
{
    struct wasi_subscription *const subscription = next(EVENT_CLOCK);
    subscription->clock.id = id;
    subscription->clock.timeout = timeout;
    subscription->clock.flags = flags;
}

static void file_at(uint8_t kind, uint32_t fd)
{
    next(kind)->fd = fd;
}

/* How many events, or the error's code as a negative number. */
static int poll_now(void)
{
    const int64_t result = preview1_poll_oneoff(IN, EVENTS, put, OUT);
    put = 0;
    return result < 0 ? -(int)wasi_errno(result) : (int)word_at(OUT);
}

static struct wasi_event event(uint32_t index)
{
    struct wasi_event found;
    memcpy(&found, wali_base + EVENTS + index * sizeof found, sizeof found);
    return found;
}

static uint64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static uint32_t opened(const char *path, uint64_t rights)
{
    NEED(preview1_path_open(ROOT, 0, text_at(PATH, path), 0, rights, 0, 0, OUT) == 0);
    return word_at(OUT);
}

static void clocks(void)
{
    static const clockid_t ids[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    for (uint32_t id = 0; id < 2; id++) {
        uint64_t begin = now(CLOCK_MONOTONIC);
        clock_at(id, MOMENT, 0);
        NEED(poll_now() == 1 && event(0).userdata == 100 && event(0).kind == EVENT_CLOCK &&
             event(0).error == 0);
        NEED(now(CLOCK_MONOTONIC) - begin >= MOMENT);
        const uint64_t due = now(ids[id]) + MOMENT;
        clock_at(id, due, CLOCK_ABSOLUTE);
        NEED(poll_now() == 1 && now(ids[id]) >= due);
        clock_at(id, 1, CLOCK_ABSOLUTE); /* long past */
        NEED(poll_now() == 1);
        clock_at(id, 0, CLOCK_ABSOLUTE);
        NEED(poll_now() == 1);
        clock_at(id, 0, 0);
        NEED(poll_now() == 1);
    }
    /* The nearest of several, whichever clock it is by. */
    clock_at(1, LONG_TIME, 0);
    clock_at(0, now(CLOCK_REALTIME) + MOMENT, CLOCK_ABSOLUTE);
    clock_at(1, UINT64_MAX, 0);
    clock_at(0, UINT64_MAX, CLOCK_ABSOLUTE);
    NEED(poll_now() == 1 && event(0).userdata == 101);
    clock_at(0, now(CLOCK_REALTIME) + LONG_TIME, CLOCK_ABSOLUTE);
    clock_at(0, MOMENT, 0);
    NEED(poll_now() == 1 && event(0).userdata == 101);
    clock_at(1, 0, 0);
    clock_at(0, LONG_TIME, 0);
    clock_at(0, 0, 0);
    NEED(poll_now() == 2 && event(0).userdata == 100 && event(1).userdata == 102);
}

static void what_is_wrong(void)
{
    NEED(poll_now() == -WASI_INVAL); /* none */
    clock_at(2, MOMENT, 0);
    NEED(poll_now() == -WASI_INVAL);
    clock_at(0, MOMENT, 2);
    NEED(poll_now() == -WASI_INVAL);
    next(3);
    NEED(poll_now() == -WASI_INVAL);
    clock_at(0, LONG_TIME, 0);
    file_at(EVENT_FD_READ, 77);
    NEED(poll_now() == -WASI_BADF);
    file_at(EVENT_FD_READ, ROOT);
    NEED(poll_now() == -WASI_BADF);
    file_at(EVENT_FD_READ, 1);
    NEED(poll_now() == -WASI_BADF);
    file_at(EVENT_FD_WRITE, 0);
    NEED(poll_now() == -WASI_BADF);
    NEED(wasi_errno(preview1_poll_oneoff(BEYOND, EVENTS, 1, OUT)) == WASI_FAULT);
    NEED(wasi_errno(preview1_poll_oneoff(BEYOND - 47, EVENTS, 1, OUT)) == WASI_FAULT);
    NEED(wasi_errno(preview1_poll_oneoff(UINT32_MAX - 40, EVENTS, 2, OUT)) == WASI_FAULT);
    NEED(wasi_errno(preview1_poll_oneoff(IN, EVENTS, UINT32_MAX, OUT)) == WASI_INVAL);
    clock_at(0, 0, 0);
    NEED(wasi_errno(preview1_poll_oneoff(IN, BEYOND - 8, 1, OUT)) == WASI_FAULT);
    NEED(wasi_errno(preview1_poll_oneoff(IN, EVENTS, 1, BEYOND)) == WASI_FAULT);
    put = 0;
}

static void files(void)
{
    const uint32_t fifo = opened("fifo", RIGHT_FD_READ | RIGHT_FD_WRITE);
    const uint32_t file = opened("file", RIGHT_FD_READ | RIGHT_FD_WRITE);
    const int other = open("inside/fifo", O_RDWR);
    file_at(EVENT_FD_READ, fifo);
    file_at(EVENT_FD_WRITE, fifo);
    clock_at(1, LONG_TIME, 0);
    NEED(poll_now() == 1 && event(0).userdata == 101 && event(0).kind == EVENT_FD_WRITE &&
         event(0).bytes > 0);
    file_at(EVENT_FD_READ, fifo);
    clock_at(1, MOMENT, 0);
    NEED(poll_now() == 1 && event(0).kind == EVENT_CLOCK);
    NEED(write(other, "12345", 5) == 5);
    clock_at(1, LONG_TIME, 0);
    file_at(EVENT_FD_READ, fifo);
    file_at(EVENT_FD_WRITE, fifo);
    file_at(EVENT_FD_READ, fifo);
    NEED(poll_now() == 3 && event(0).userdata == 101 && event(0).bytes == 5 && event(0).flags == 0);
    NEED(event(1).userdata == 102 && event(2).userdata == 103 && event(2).bytes == 5);
    file_at(EVENT_FD_READ, file);
    file_at(EVENT_FD_WRITE, file);
    NEED(poll_now() == 2 && event(0).bytes == 7 && event(1).kind == EVENT_FD_WRITE);
    NEED(preview1_fd_seek(file, 4, SEEK_SET, OUT) == 0);
    file_at(EVENT_FD_READ, file);
    NEED(poll_now() == 1 && event(0).bytes == 3);
    NEED(preview1_fd_seek(file, 100, SEEK_SET, OUT) == 0);
    file_at(EVENT_FD_READ, file);
    NEED(poll_now() == 1 && event(0).bytes == 0 && event(0).error == 0);
    close(other);
    NEED(preview1_fd_close(fifo) == 0 && preview1_fd_close(file) == 0);
}

/* A pipe without its other end. */
static void hang_ups(void)
{
    int other = open("inside/fifo", O_RDWR);
    const uint32_t reader = opened("fifo", RIGHT_FD_READ);
    NEED(write(other, "ab", 2) == 2 && close(other) == 0);
    file_at(EVENT_FD_READ, reader);
    NEED(poll_now() == 1 && event(0).flags == EVENT_HANGUP && event(0).bytes == 2 && event(0).error == 0);
    const uint32_t writer = opened("fifo", RIGHT_FD_WRITE);
    NEED(preview1_fd_close(reader) == 0);
    file_at(EVENT_FD_WRITE, writer);
    NEED(poll_now() == 1 && event(0).error == WASI_PIPE);
    NEED(preview1_fd_close(writer) == 0);
}

/* More than fit on the stack. */
static void many(void)
{
    const uint32_t fd = opened("file", RIGHT_FD_READ);
    struct descriptor *const descriptor = descriptor_get(fd);
    const int host = descriptor->host;
    descriptor_release(descriptor);
    for (int i = 0; i < 200; i++) {
        if (i % 3 == 0) {
            clock_at(1, LONG_TIME, 0);
        } else {
            file_at(EVENT_FD_READ, fd);
        }
    }
    NEED(poll_now() == 133 && event(0).userdata == 101 && event(132).userdata == 299);
    file_at(EVENT_FD_READ, fd);
    for (int i = 0; i < 100; i++) {
        clock_at(1, LONG_TIME, 0);
    }
    file_at(EVENT_FD_READ, 99); /* at the end: all before are given back */
    NEED(poll_now() == -WASI_BADF);
    NEED(preview1_fd_close(fd) == 0 && fcntl(host, F_GETFD) < 0);
}

static void interrupted(int signo)
{
    (void)signo;
}

/* A signal ends no wait. */
static void signals(void)
{
    const struct sigaction action = {.sa_handler = interrupted};
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    NEED(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
    const uint64_t begin = now(CLOCK_MONOTONIC);
    clock_at(1, 10 * MOMENT, 0);
    NEED(poll_now() == 1 && now(CLOCK_MONOTONIC) - begin >= 10 * MOMENT);
    const uint64_t due = now(CLOCK_REALTIME) + 10 * MOMENT;
    clock_at(0, due, CLOCK_ABSOLUTE);
    NEED(poll_now() == 1 && now(CLOCK_REALTIME) >= due);
    NEED(setitimer(ITIMER_REAL, &never, NULL) == 0);
}

static void *write_later(void *fd)
{
    usleep(2000);
    NEED(write((int)(intptr_t)fd, "x", 1) == 1);
    return NULL;
}

static void wakes_up(void)
{
    pthread_t thread;
    const int other = open("inside/fifo", O_RDWR);
    const uint32_t fifo = opened("fifo", RIGHT_FD_READ);
    NEED(pthread_create(&thread, NULL, write_later, (void *)(intptr_t)other) == 0);
    file_at(EVENT_FD_READ, fifo);
    NEED(poll_now() == 1 && event(0).bytes == 1);
    NEED(pthread_join(thread, NULL) == 0 && preview1_fd_close(fifo) == 0 && close(other) == 0);
}

static void unstable(void)
{
    const struct {
        uint64_t userdata;
        uint64_t kind;
        uint64_t identifier;
        uint32_t id, unused;
        uint64_t timeout, precision;
        uint64_t flags;
    } subscription = {9, EVENT_CLOCK, 5, 1, 0, MOMENT, 0, 0};
    bytes_at(IN, &subscription, sizeof subscription);
    const uint64_t begin = now(CLOCK_MONOTONIC);
    NEED(unstable_poll_oneoff(IN, EVENTS, 1, OUT) == 0 && word_at(OUT) == 1 && event(0).userdata == 9);
    NEED(now(CLOCK_MONOTONIC) - begin >= MOMENT);
}

int main(void)
{
    const char *const folders[] = {"inside"};
    guest_begin();
    NEED(mkdir("inside", 0755) == 0 && mkfifo("inside/fifo", 0600) == 0);
    const int file = open("inside/file", O_CREAT | O_WRONLY, 0644);
    NEED(write(file, "content", 7) == 7 && close(file) == 0);
    const int listener = fcntl(socket(AF_INET, SOCK_STREAM, 0), F_DUPFD_CLOEXEC, 100);
    const wali_config config = {.dir_count = 1, .dir = folders, .listener_count = 1, .listener = &listener};
    NEED(descriptors_begin(&config) == NULL);
    clocks();
    what_is_wrong();
    files();
    hang_ups();
    many();
    signals();
    wakes_up();
    unstable();
    puts("ok");
    return 0;
}
