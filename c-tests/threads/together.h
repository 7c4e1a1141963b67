/* What the tests of threads share. */
#ifndef TOGETHER_H
#define TOGETHER_H

#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

/* A joinable thread; the program ends if there is none. */
static inline pthread_t start(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, function, argument);
    if (failed != 0) {
        check_failed(__FILE__, __LINE__, "pthread_create: %s", errno_name(failed));
        exit(1);
    }
    return thread;
}

/* Waits for its end, and answers what it returned. */
static inline intptr_t joined(pthread_t thread)
{
    void *result = NULL;
    int failed = pthread_join(thread, &result);
    if (failed != 0) {
        check_failed(__FILE__, __LINE__, "pthread_join: %s", errno_name(failed));
        exit(1);
    }
    return (intptr_t)result;
}

static inline void nap(int milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0) {
    }
}

/* Until another thread has counted so far. */
static inline void wait_until(atomic_int *count, int value)
{
    while (atomic_load(count) < value) {
        nap(1);
    }
}

static inline struct timespec from_now(clockid_t clock, int milliseconds)
{
    struct timespec time;
    clock_gettime(clock, &time);
    int64_t at = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec + (int64_t)milliseconds * 1000000;
    return (struct timespec){at / 1000000000, at % 1000000000};
}

/* Until the kernel says that this thread of ours sleeps: it is blocked, or was for a moment. */
static inline void wait_asleep(int tid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    for (;;) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        if (fd >= 0) {
            close(fd);
        }
        if (length <= 0) {
            return;
        }
        text[length] = 0;
        const char *state = strrchr(text, ')');
        if (state != NULL && state[2] == 'S') {
            return;
        }
        sched_yield();
    }
}

/* A number behind a field of /proc/self/status: "Threads", "VmRSS" (in KiB), ... */
static inline long long status_of(const char *field)
{
    char line[256];
    long long value = -1;
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t length = strlen(field);
        if (strncmp(line, field, length) == 0 && line[length] == ':') {
            value = strtoll(line + length + 1, NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

/* Ended threads leave the process a moment after they were joined. */
static inline void wait_alone(void)
{
    for (int i = 0; i < 5000 && status_of("Threads") > 1; i++) {
        nap(1);
    }
}

#endif
