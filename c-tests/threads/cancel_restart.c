/* A request does not disturb calls that are no cancellation points, nor threads that refuse it. */
/* CALLS: futex, read */
#include "together.h"

#include <semaphore.h>

static int fds[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int tid, result;

static void *locks(void *unused)
{
    tid = (int)RAW(SYS_gettid);
    result = pthread_mutex_lock(&lock); /* no cancellation point */
    pthread_mutex_unlock(&lock);
    pthread_testcancel();
    return unused;
}

static void *refuses(void *unused)
{
    char byte = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    tid = (int)RAW(SYS_gettid);
    result = (int)read(fds[0], &byte, 1);
    result += byte;
    return unused;
}

static pthread_t begin(void *(*function)(void *))
{
    tid = 0;
    pthread_t thread = start(function, NULL);
    while (tid == 0) {
        sched_yield();
    }
    wait_asleep(tid);
    return thread;
}

int main(void)
{
    OK(pipe(fds));
    for (int i = 0; i < 5; i++) {
        pthread_mutex_lock(&lock);
        pthread_t thread = begin(locks);
        pthread_cancel(thread);
        nap(2);
        pthread_mutex_unlock(&lock);
        CHECK((void *)joined(thread) == PTHREAD_CANCELED);
        IS(result, 0);
        thread = begin(refuses);
        pthread_cancel(thread);
        nap(2);
        IS(write(fds[1], "y", 1), 1);
        IS(joined(thread), 0);
        IS(result, 1 + 'y');
    }
    return done();
}
