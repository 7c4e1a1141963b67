// A timed loop whose length finds itself. The programs print nanoseconds per operation as their only line.
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_ENOUGH_NS = 200000000 };

static inline int64_t bench_now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Ends the program with a message if a call on the way failed.
static inline void bench_need(int good, const char *what) {
    if (!good) {
        perror(what);
        exit(1);
    }
}

// Runs `operation(count)` with counts that double until one run takes long enough, and prints that one.
static inline void bench_loop(void (*operation)(int64_t count), clockid_t clock) {
    for (int64_t count = 1;; count *= 2) {
        int64_t start = bench_now(clock);
        operation(count);
        int64_t taken = bench_now(clock) - start;
        if (taken >= BENCH_ENOUGH_NS) {
            printf("%.3f\n", (double)taken / (double)count);
            return;
        }
    }
}

struct bench {
    const char *name;
    void (*prepare)(void);
    void (*operation)(int64_t count);
    int waits; // count the time on the wall: others work for this process, which else is charged by processor time
};

// Runs the benchmark of `all` (ended by a null name) that the first argument names.
static inline int bench_main(const struct bench *all, int argc, char **argv) {
    for (const struct bench *one = all; argc > 1 && one->name; one++) {
        const char *a = one->name, *b = argv[1];
        while (*a && *a == *b)
            a++, b++;
        if (*a == *b) {
            if (one->prepare)
                one->prepare();
            bench_loop(one->operation, one->waits ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID);
            return 0;
        }
    }
    fprintf(stderr, "usage: %s NAME, one of:", argv[0]);
    for (const struct bench *one = all; one->name; one++)
        fprintf(stderr, " %s", one->name);
    fputc('\n', stderr);
    return 2;
}

#endif
