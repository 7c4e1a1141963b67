/* CALLS: futex */
#include "together.h"

#define WRITERS 2
#define READERS 4

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static long a, b;
static atomic_int wrong, readers_now;

static void *write_both(void *unused)
{
    for (int i = 0; i < 5000; i++) {
        pthread_rwlock_wrlock(&lock);
        a++;
        if (i % 50 == 0) {
            sched_yield();
        }
        b++;
        pthread_rwlock_unlock(&lock);
    }
    return unused;
}

static void *read_both(void *unused)
{
    for (int i = 0; i < 5000; i++) {
        pthread_rwlock_rdlock(&lock);
        wrong += a != b;
        pthread_rwlock_unlock(&lock);
    }
    return unused;
}

static void *read_together(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    readers_now++;
    wait_until(&readers_now, READERS);
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *try_all(void *unused)
{
    struct timespec until = from_now(CLOCK_REALTIME, 5);
    (void)unused;
    int reading = pthread_rwlock_tryrdlock(&lock);
    if (reading == 0) {
        pthread_rwlock_unlock(&lock);
    }
    say("tryrdlock %s, trywrlock %s, timedwrlock %s", errno_name(reading),
        errno_name(pthread_rwlock_trywrlock(&lock)), errno_name(pthread_rwlock_timedwrlock(&lock, &until)));
    return NULL;
}

int main(void)
{
    pthread_t threads[WRITERS + READERS];
    for (int i = 0; i < WRITERS + READERS; i++) {
        threads[i] = start(i < WRITERS ? write_both : read_both, NULL);
    }
    for (int i = 0; i < WRITERS + READERS; i++) {
        joined(threads[i]);
    }
    IS(wrong, 0);
    IS(a, 10000);
    for (int i = 0; i < READERS; i++) {
        threads[i] = start(read_together, NULL);
    }
    for (int i = 0; i < READERS; i++) {
        joined(threads[i]);
    }
    IS(pthread_rwlock_rdlock(&lock), 0);
    joined(start(try_all, NULL));
    IS(pthread_rwlock_unlock(&lock), 0);
    IS(pthread_rwlock_wrlock(&lock), 0);
    joined(start(try_all, NULL));
    IS(pthread_rwlock_unlock(&lock), 0);
    return done();
}
