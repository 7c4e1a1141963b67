// What threads cost: threads NAME. Prints nanoseconds.
#define _GNU_SOURCE
#include "family.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static volatile int64_t counter;

static void *nothing(void *argument) {
    return argument;
}

static void create_join(int64_t n) {
    while (n--) {
        pthread_t thread;
        bench_need(pthread_create(&thread, NULL, nothing, NULL) == 0, "pthread_create");
        pthread_join(thread, NULL);
    }
}

// The kernel places two threads on one processor or on two, as it finds them busy, and the latter takes thrice as long.
static void stay_here(void) {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET((size_t)sched_getcpu(), &here);
    bench_need(sched_setaffinity(0, sizeof here, &here) == 0, "sched_setaffinity");
}

static void lock_unlock(int64_t n) {
    while (n--) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
    }
}

static void *half(void *count) {
    lock_unlock(*(int64_t *)count);
    return NULL;
}

static void contend(int64_t n) {
    pthread_t other;
    int64_t each = (n + 1) / 2;
    counter = 0;
    bench_need(pthread_create(&other, NULL, half, &each) == 0, "pthread_create");
    half(&each);
    pthread_join(other, NULL);
    bench_need(counter == 2 * each, "count");
}

static void *sleep_on(void *unused) {
    pause();
    return unused;
}

// With a second thread, which sleeps: glibc locks nothing as long as there is only one.
static void start_sleeper(void) {
    pthread_t sleeper;
    bench_need(pthread_create(&sleeper, NULL, sleep_on, NULL) == 0, "pthread_create");
}

enum { CROWD = 1000, STACK = 65536 };

static int arrived, go;

static void *wait_there(void *unused) {
    pthread_mutex_lock(&lock);
    if (++arrived == CROWD)
        pthread_cond_broadcast(&change);
    while (!go)
        pthread_cond_wait(&change, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

// So many at once; the time from the first create to the last join.
static void crowd(void) {
    static pthread_t threads[CROWD];
    pthread_attr_t attributes;
    int64_t start = wall_ns();
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    for (int i = 0; i < CROWD; i++)
        bench_need(pthread_create(&threads[i], &attributes, wait_there, NULL) == 0, "pthread_create");
    pthread_mutex_lock(&lock);
    while (arrived < CROWD)
        pthread_cond_wait(&change, &lock);
    go = 1;
    pthread_cond_broadcast(&change);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    printf("%lld\n", (long long)(wall_ns() - start));
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "create") == 0) {
        family_loop(create_join, wall_ns);
    } else if (strcmp(name, "create-here") == 0) {
        stay_here();
        family_loop(create_join, wall_ns);
    } else if (strcmp(name, "alone") == 0) {
        start_sleeper();
        bench_loop(lock_unlock, CLOCK_PROCESS_CPUTIME_ID);
    } else if (strcmp(name, "contend") == 0) {
        family_loop(contend, wall_ns);
    } else if (strcmp(name, "crowd") == 0) {
        crowd();
    } else {
        fprintf(stderr, "usage: %s create|create-here|alone|contend|crowd\n", argv[0]);
        return 2;
    }
    return 0;
}
