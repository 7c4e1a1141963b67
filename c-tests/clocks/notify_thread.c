/* SIGEV_THREAD: a function that runs in a thread for each expiry, with fresh thread-locals. */
/* CALLS: timer_create, timer_settime */
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

enum { TIMES = 5 };

static _Thread_local long first = 0x12345678, second;
static _Thread_local char area[2000];
static pthread_key_t key;
static pthread_t main_thread;
static sem_t noted;
static int fresh, elsewhere, destroyed, ended_early;
static union sigval seen;

static void destroy(void *value)
{
    destroyed += value == &key;
}

static bool is_fresh(void)
{
    bool zero = second == 0 && pthread_getspecific(key) == NULL;
    for (size_t i = 0; i < sizeof area; i++) {
        zero = zero && area[i] == 0;
    }
    return zero && first == 0x12345678;
}

static void note(union sigval value)
{
    fresh += is_fresh();
    elsewhere += !pthread_equal(pthread_self(), main_thread);
    first = second = -1;
    memset(area, 0xee, sizeof area);
    errno = EDOM;
    pthread_setspecific(key, &key);
    seen = value;
    sem_post(&noted);
}

static void leave(union sigval value)
{
    ended_early++;
    sem_post(value.sival_ptr);
    pthread_exit(NULL);
}

static void once(timer_t timer)
{
    const struct itimerspec soon = {.it_value.tv_nsec = 1000000};
    OK(timer_settime(timer, 0, &soon, NULL));
    OK(sem_wait(&noted));
}

int main(void)
{
    timer_t timer, other;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = note};
    main_thread = pthread_self();
    OK(sem_init(&noted, 0, 0));
    IS(pthread_key_create(&key, destroy), 0);
    event.sigev_value.sival_int = 42;
    OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
    for (int i = 0; i < TIMES; i++) {
        once(timer);
    }
    IS(fresh, TIMES);
    IS(elsewhere, TIMES);
    IS(seen.sival_int, 42);
    event.sigev_notify_function = leave; /* ends its thread; the next expiry is told all the same */
    event.sigev_value.sival_ptr = &noted;
    OK(timer_create(CLOCK_REALTIME, &event, &other));
    once(other);
    once(other);
    IS(ended_early, 2);
    OK(timer_delete(timer));
    OK(timer_delete(other));
    CHECK(destroyed >= TIMES - 1); /* the last may be under way */
    CHECK(first == 0x12345678 && second == 0);
    return done();
}
