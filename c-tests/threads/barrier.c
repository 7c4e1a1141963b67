/* Barriers, spin locks, once. */
/* CALLS: futex */
#include "together.h"

#define THREADS 6
#define ROUNDS 300

static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static pthread_once_t once[ROUNDS];
static atomic_int in_round[ROUNDS], serial, wrong, inits;
static long counter;

static void init(void)
{
    inits++;
    sched_yield();
}

static void *work(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        in_round[i]++;
        int result = pthread_barrier_wait(&barrier);
        serial += result == PTHREAD_BARRIER_SERIAL_THREAD;
        wrong += result != 0 && result != PTHREAD_BARRIER_SERIAL_THREAD;
        wrong += in_round[i] != THREADS;
        pthread_once(&once[i], init);
        wrong += inits < i + 1;
        pthread_spin_lock(&spin);
        counter++;
        pthread_spin_unlock(&spin);
    }
    return unused;
}

static void *try_spin(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)pthread_spin_trylock(&spin);
}

int main(void)
{
    pthread_t threads[THREADS];
    static const pthread_once_t fresh = PTHREAD_ONCE_INIT;
    for (int i = 0; i < ROUNDS; i++) {
        once[i] = fresh;
    }
    IS(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
    IS(pthread_barrier_init(&barrier, NULL, THREADS), 0);
    IS(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = start(work, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        joined(threads[i]);
    }
    IS(serial, ROUNDS);
    IS(inits, ROUNDS);
    IS(wrong, 0);
    IS(counter, THREADS * ROUNDS);
    IS(pthread_spin_lock(&spin), 0);
    IS(joined(start(try_spin, NULL)), EBUSY);
    IS(pthread_spin_unlock(&spin), 0);
    IS(pthread_barrier_destroy(&barrier), 0);
    return done();
}
