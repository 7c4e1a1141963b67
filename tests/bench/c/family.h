// What the benchmarks of processes share: time of a whole family of processes, medians, waits.
#ifndef FAMILY_H
#define FAMILY_H

#include "bench.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int64_t wall_ns(void) {
    return bench_now(CLOCK_MONOTONIC);
}

static inline int64_t family_of(struct timeval time) {
    return ((int64_t)time.tv_sec * 1000000 + time.tv_usec) * 1000;
}

// Processor time, of the user and in the kernel, of this process and of all children that it has waited for.
static inline int64_t family_ns(void) {
    struct rusage own, children;
    bench_need(getrusage(RUSAGE_SELF, &own) == 0 && getrusage(RUSAGE_CHILDREN, &children) == 0, "getrusage");
    return family_of(own.ru_utime) + family_of(own.ru_stime) + family_of(children.ru_utime) +
           family_of(children.ru_stime);
}

// As bench_loop, with a clock that is a function.
static inline void family_loop(void (*operation)(int64_t count), int64_t (*clock)(void)) {
    for (int64_t count = 1;; count *= 2) {
        int64_t start = clock();
        operation(count);
        int64_t taken = clock() - start;
        if (taken >= BENCH_ENOUGH_NS) {
            printf("%.3f\n", (double)taken / (double)count);
            return;
        }
    }
}

static inline int family_order(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Prints the value that so many percent of all are below: 50 for the median.
static inline void family_print(int64_t *values, int count, int percent) {
    qsort(values, (size_t)count, sizeof *values, family_order);
    printf("%lld\n", (long long)values[count * percent / 100]);
}

// Waits for the child's end, which must be a good one.
static inline void family_wait(pid_t child) {
    int status = 0;
    bench_need(child > 0 && waitpid(child, &status, 0) == child, "child");
    bench_need(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status of the child");
}

static inline void family_nap(int microseconds) {
    struct timespec time = {0, (long)microseconds * 1000};
    nanosleep(&time, NULL);
}

#endif
