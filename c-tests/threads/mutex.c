/* CALLS: futex */
#include "together.h"

static pthread_mutex_t make(int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return mutex;
}

static void *try_it(void *mutex)
{
    intptr_t result = pthread_mutex_trylock(mutex);
    if (result == 0) {
        pthread_mutex_unlock(mutex);
    }
    return (void *)result;
}

static void *unlock_it(void *mutex)
{
    return (void *)(intptr_t)pthread_mutex_unlock(mutex);
}

static void normal(void)
{
    pthread_mutex_t mutex = make(PTHREAD_MUTEX_NORMAL);
    IS(pthread_mutex_lock(&mutex), 0);
    IS(pthread_mutex_trylock(&mutex), EBUSY);
    IS(joined(start(try_it, &mutex)), EBUSY);
    struct timespec until = from_now(CLOCK_REALTIME, 5), bad = {1, -1};
    IS(pthread_mutex_timedlock(&mutex, &until), ETIMEDOUT);
    until = from_now(CLOCK_REALTIME, -1000);
    IS(pthread_mutex_timedlock(&mutex, &until), ETIMEDOUT);
    IS(pthread_mutex_timedlock(&mutex, &bad), EINVAL);
    IS(pthread_mutex_unlock(&mutex), 0);
    IS(joined(start(try_it, &mutex)), 0);
    IS(pthread_mutex_timedlock(&mutex, &until), 0); /* free: the time does not matter */
    IS(pthread_mutex_unlock(&mutex), 0);
    IS(pthread_mutex_destroy(&mutex), 0);
}

static void recursive(void)
{
    pthread_mutex_t mutex = make(PTHREAD_MUTEX_RECURSIVE);
    IS(pthread_mutex_lock(&mutex), 0);
    IS(pthread_mutex_lock(&mutex), 0);
    IS(pthread_mutex_trylock(&mutex), 0);
    IS(joined(start(try_it, &mutex)), EBUSY);
    IS(joined(start(unlock_it, &mutex)), EPERM);
    IS(pthread_mutex_unlock(&mutex), 0);
    IS(pthread_mutex_unlock(&mutex), 0);
    IS(joined(start(try_it, &mutex)), EBUSY);
    IS(pthread_mutex_unlock(&mutex), 0);
    IS(joined(start(try_it, &mutex)), 0);
    IS(pthread_mutex_unlock(&mutex), EPERM);
}

static void checked(void)
{
    pthread_mutex_t mutex = make(PTHREAD_MUTEX_ERRORCHECK);
    struct timespec until = from_now(CLOCK_REALTIME, 1000);
    IS(pthread_mutex_unlock(&mutex), EPERM);
    IS(pthread_mutex_lock(&mutex), 0);
    IS(pthread_mutex_lock(&mutex), EDEADLK);
    IS(pthread_mutex_timedlock(&mutex, &until), EDEADLK);
    IS(pthread_mutex_trylock(&mutex), EBUSY);
    IS(joined(start(unlock_it, &mutex)), EPERM);
    IS(pthread_mutex_unlock(&mutex), 0);
}

/* Four threads, one counter. */
static pthread_mutex_t shared[3];
static long counters[3];

static void *add(void *unused)
{
    for (int i = 0; i < 30000; i++) {
        int which = i % 3;
        pthread_mutex_lock(&shared[which]);
        long value = counters[which];
        if (i % 64 == 0) {
            sched_yield();
        }
        counters[which] = value + 1;
        pthread_mutex_unlock(&shared[which]);
    }
    return unused;
}

int main(void)
{
    normal();
    recursive();
    checked();
    shared[0] = make(PTHREAD_MUTEX_NORMAL);
    shared[1] = make(PTHREAD_MUTEX_RECURSIVE);
    shared[2] = make(PTHREAD_MUTEX_ERRORCHECK);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        threads[i] = start(add, NULL);
    }
    for (int i = 0; i < 4; i++) {
        joined(threads[i]);
    }
    for (int i = 0; i < 3; i++) {
        IS(counters[i], 40000);
    }
    return done();
}
