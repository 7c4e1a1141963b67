/* Mutexes that inherit priority are locked and unlocked by the kernel. */
/* CALLS: futex */
#include "together.h"

static pthread_mutex_t mutex;
static long counter;

static void *add(void *unused)
{
    for (int i = 0; i < 5000; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        if (i % 64 == 0) {
            sched_yield();
        }
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void *try_it(void *unused)
{
    (void)unused;
    struct timespec until = from_now(CLOCK_REALTIME, 10);
    int first = pthread_mutex_trylock(&mutex);
    int second = pthread_mutex_timedlock(&mutex, &until);
    return (void *)(intptr_t)(first == EBUSY && second == ETIMEDOUT);
}

static atomic_int held;

static void *lock_and_end(void *argument)
{
    intptr_t result = pthread_mutex_lock(&mutex);
    held = 1;
    nap(argument == NULL ? 0 : 10);
    return (void *)result;
}

int main(void)
{
    pthread_mutexattr_t attributes;
    int protocol = -1;
    pthread_mutexattr_init(&attributes);
    if (pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) != 0 ||
        (pthread_mutex_init(&mutex, &attributes) != 0)) {
        skip("no priority inheritance");
    }
    IS(pthread_mutexattr_getprotocol(&attributes, &protocol), 0);
    CHECK(protocol == PTHREAD_PRIO_INHERIT);
    IS(pthread_mutex_lock(&mutex), 0);
    IS(joined(start(try_it, NULL)), 1);
    IS(pthread_mutex_unlock(&mutex), 0);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        threads[i] = start(add, NULL);
    }
    for (int i = 0; i < 4; i++) {
        joined(threads[i]);
    }
    IS(counter, 20000);
    IS(pthread_mutex_destroy(&mutex), 0);
    /* Robust as well. */
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    IS(pthread_mutex_init(&mutex, &attributes), 0);
    IS(joined(start(lock_and_end, NULL)), 0);
    IS(pthread_mutex_lock(&mutex), EOWNERDEAD);
    IS(pthread_mutex_consistent(&mutex), 0);
    IS(pthread_mutex_unlock(&mutex), 0);
    held = 0;
    pthread_t owner = start(lock_and_end, (void *)1);
    wait_until(&held, 1);
    IS(pthread_mutex_lock(&mutex), EOWNERDEAD);
    IS(joined(owner), 0);
    IS(pthread_mutex_consistent(&mutex), 0);
    IS(pthread_mutex_unlock(&mutex), 0);
    return done();
}
