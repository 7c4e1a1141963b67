/* POSIX threads and those of C11, natively and for WASI: locks of each kind, thread-local data and keys, the allocator,
 * stdio, times, and what is left of threads that have ended.  Says nothing on standard output but for the lines of eight
 * threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8
#define NEED(holds) ((holds) ? (void)0 : failed(#holds, __LINE__))

static _Noreturn void failed(const char *what, int line)
{
    fprintf(stderr, "line %d: %s\n", line, what);
    exit(1);
}

static void *number(long value)
{
    return (void *)value;
}

/* Runs a function in all threads, with their numbers, which they return. */
static void run(void *(*function)(void *))
{
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++) {
        NEED(pthread_create(&threads[i], NULL, function, number(i)) == 0);
    }
    for (long i = 0; i < THREADS; i++) {
        void *result;
        NEED(pthread_join(threads[i], &result) == 0 && result == number(i));
    }
}

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, recursive;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t semaphore;
static atomic_int initialized, destroyed, serial;
static int turn, first, second, counted;
static _Thread_local char own[32] = "initial";

static void initialize(void)
{
    initialized++;
}

static void destroy(void *value)
{
    destroyed++;
    free(value);
}

static void share(void)
{
    for (int i = 0; i < 500; i++) {
        if (i % 8 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            first++;
            second++;
        } else {
            pthread_rwlock_rdlock(&rwlock);
            NEED(first == second);
        }
        pthread_rwlock_unlock(&rwlock);
        pthread_mutex_lock(&recursive);
        pthread_mutex_lock(&recursive);
        counted++;
        pthread_mutex_unlock(&recursive);
        pthread_mutex_unlock(&recursive);
    }
}

static void take_turn(int mine)
{
    pthread_mutex_lock(&plain);
    while (turn != mine) {
        pthread_cond_wait(&changed, &plain);
    }
    turn++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&plain);
}

static void *lock_all(void *given)
{
    const int mine = (int)(long)given;
    NEED(strcmp(own, "initial") == 0);
    snprintf(own, sizeof own, "%d", mine);
    pthread_once(&once, initialize);
    serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
    NEED(pthread_getspecific(key) == NULL && pthread_setspecific(key, malloc(10)) == 0);
    share();
    take_turn(mine);
    errno = 1000 + mine;
    sched_yield();
    NEED(errno == 1000 + mine && atoi(own) == mine);
    sem_post(&semaphore);
    return given;
}

static void locks(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    NEED(sem_init(&semaphore, 0, 0) == 0 && pthread_key_create(&key, destroy) == 0);
    NEED(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
    run(lock_all);
    for (int i = 0; i < THREADS; i++) {
        NEED(sem_wait(&semaphore) == 0);
    }
    NEED(initialized == 1 && destroyed == THREADS && serial == 1 && turn == THREADS);
    NEED(counted == 500 * THREADS && strcmp(own, "initial") == 0);
}

static void *change(void *old, size_t size, unsigned how, int fill)
{
    void *now = NULL;
    if (how % 4 == 0) {
        now = realloc(old, size);
    } else {
        free(old);
        if (how % 4 == 1) {
            now = malloc(size);
        } else if (how % 4 == 2) {
            now = calloc(1, size);
        } else {
            NEED(posix_memalign(&now, 64, size) == 0 && (unsigned long)now % 64 == 0);
        }
    }
    NEED(now != NULL);
    memset(now, fill, size);
    return now;
}

static void *allocate(void *given)
{
    enum { PIECES = 64 };
    char *pieces[PIECES] = {0};
    size_t sizes[PIECES] = {0};
    unsigned state = 77 * (unsigned)(long)given + 1;
    for (int i = 0; i < 4000; i++) {
        state = state * 1103515245 + 12345;
        const unsigned at = state >> 16 & (PIECES - 1);
        for (size_t byte = 0; byte < sizes[at]; byte += 97) {
            NEED(pieces[at][byte] == (char)(long)given);
        }
        sizes[at] = (state >> 8) % 3000 + 1;
        pieces[at] = change(pieces[at], sizes[at], state >> 28, (int)(long)given);
        char *const copy = strdup("some text");
        NEED(copy != NULL && strcmp(copy, "some text") == 0);
        free(copy);
    }
    for (int i = 0; i < PIECES; i++) {
        free(pieces[i]);
    }
    return given;
}

/* Each thread has an errno of its own, whichever function of libc sets it. */
static void *fail(void *given)
{
    void *(*volatile allocator)(size_t) = malloc;
    for (int i = 0; i < 200; i++) {
        errno = 0;
        NEED(strtol("99999999999999999999", NULL, 10) == LONG_MAX && errno == ERANGE);
        NEED(close(1000) == -1 && errno == EBADF);
        NEED(allocator(SIZE_MAX / 2) == NULL && errno == ENOMEM);
        NEED(open("no/such/file", O_RDONLY) == -1 && errno == ENOENT);
    }
    return given;
}

static void *print(void *given)
{
    for (int i = 0; i < 200; i++) {
        printf("a line of thread %ld\n", (long)given);
    }
    return given;
}

static struct timespec soon(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += 20000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void times(void)
{
    pthread_condattr_t attributes;
    pthread_cond_t monotonic;
    struct timespec end = soon(CLOCK_REALTIME);
    pthread_condattr_init(&attributes);
    NEED(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    pthread_cond_init(&monotonic, &attributes);
    pthread_mutex_lock(&plain);
    NEED(pthread_cond_timedwait(&changed, &plain, &end) == ETIMEDOUT);
    NEED(sem_timedwait(&semaphore, &end) == -1 && errno == ETIMEDOUT);
    end = soon(CLOCK_MONOTONIC);
    NEED(pthread_cond_timedwait(&monotonic, &plain, &end) == ETIMEDOUT);
    pthread_mutex_unlock(&plain);
}

static int add_one(void *given)
{
    return *(int *)given + 1;
}

static void of_c11(void)
{
    thrd_t thread;
    mtx_t mutex;
    int value = 41, result;
    NEED(thrd_create(&thread, add_one, &value) == thrd_success);
    NEED(thrd_join(thread, &result) == thrd_success && result == 42);
    NEED(mtx_init(&mutex, mtx_plain) == thrd_success && mtx_lock(&mutex) == thrd_success);
    NEED(mtx_trylock(&mutex) == thrd_busy && mtx_unlock(&mutex) == thrd_success);
}

static void *count(void *given)
{
    atomic_fetch_add((atomic_int *)given, 1);
    return NULL;
}

/* Threads that nobody joins, or that are detached later, and one with a stack of its own. */
static void ends(void)
{
    static _Alignas(16) char stack[1 << 17];
    atomic_int ended = 0;
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    NEED(pthread_attr_setstacksize(&attributes, 1 << 18) == 0);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 3000; i++) {
        NEED(pthread_create(&thread, i % 3 == 0 ? &attributes : NULL, count, &ended) == 0);
        if (i % 3 != 0) {
            NEED((i % 3 == 1 ? pthread_join(thread, NULL) : pthread_detach(thread)) == 0);
        }
        while (atomic_load(&ended) + 16 < i) { /* not too many at a time */
            sched_yield();
        }
    }
    while (atomic_load(&ended) < 3000) {
        sched_yield();
    }
    pthread_attr_init(&attributes);
    NEED(pthread_attr_setstack(&attributes, stack, sizeof stack) == 0);
    NEED(pthread_create(&thread, &attributes, count, &ended) == 0 && pthread_join(thread, NULL) == 0);
    NEED(atomic_load(&ended) == 3001 && pthread_join(pthread_self(), NULL) == EDEADLK);
}

int main(void)
{
    locks();
    run(allocate);
    run(fail);
    run(print);
    times();
    of_c11();
    ends();
    return 0;
}
