/* CALLS: futex */
#include "together.h"

#define THREADS 12

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static int waiting, tickets, served;

static void *wait_ticket(void *unused)
{
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_signal(&arrived);
    while (tickets == 0) {
        pthread_cond_wait(&change, &lock);
    }
    tickets--;
    served++;
    pthread_cond_signal(&arrived);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void tickets_for_all(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        threads[i] = start(wait_ticket, NULL);
    }
    pthread_mutex_lock(&lock);
    while (waiting < THREADS) {
        pthread_cond_wait(&arrived, &lock);
    }
    for (int i = 0; i < 4; i++) { /* one by one */
        tickets++;
        pthread_cond_signal(&change);
        while (served < i + 1) {
            pthread_cond_wait(&arrived, &lock);
        }
    }
    IS(served, 4);
    IS(tickets, 0);
    tickets = THREADS - 4;
    pthread_cond_broadcast(&change);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < THREADS; i++) {
        joined(threads[i]);
    }
    IS(served, THREADS);
}

static void timed(clockid_t clock)
{
    pthread_condattr_t attributes;
    pthread_cond_t never;
    clockid_t found = -1;
    pthread_condattr_init(&attributes);
    IS(pthread_condattr_setclock(&attributes, clock), 0);
    IS(pthread_condattr_getclock(&attributes, &found), 0);
    CHECK(found == clock);
    IS(pthread_cond_init(&never, &attributes), 0);
    struct timespec until = from_now(clock, 10), bad = {1, 1000000000}, now;
    pthread_mutex_lock(&lock);
    int result;
    while ((result = pthread_cond_timedwait(&never, &lock, &until)) == 0) {
    }
    IS(result, ETIMEDOUT);
    IS(pthread_mutex_trylock(&lock), EBUSY);
    clock_gettime(clock, &now);
    CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
    IS(pthread_cond_timedwait(&never, &lock, &bad), EINVAL);
    pthread_mutex_unlock(&lock);
    IS(pthread_cond_destroy(&never), 0);
}

int main(void)
{
    tickets_for_all();
    timed(CLOCK_REALTIME);
    timed(CLOCK_MONOTONIC);
    IS(pthread_cond_signal(&change), 0);
    IS(pthread_cond_broadcast(&change), 0);
    return done();
}
