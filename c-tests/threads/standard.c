/* <threads.h> of C11: thrd, mtx, cnd, tss, call_once. */
/* CALLS: futex */
#include "check.h"

#include <stdatomic.h>
#include <threads.h>
#include <time.h>

static mtx_t lock;
static cnd_t change;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static int turn, inits;
static atomic_int destroyed;

static void init(void)
{
    inits++;
}

static void destroy(void *value)
{
    destroyed += (int)(intptr_t)value;
}

static int work(void *argument)
{
    int self = (int)(intptr_t)argument;
    call_once(&once, init);
    tss_set(key, argument);
    for (int i = 0; i < 200; i++) {
        mtx_lock(&lock);
        while (turn % 2 != self % 2) {
            cnd_wait(&change, &lock);
        }
        turn++;
        cnd_broadcast(&change);
        mtx_unlock(&lock);
    }
    thrd_exit(self * 10);
}

int main(void)
{
    thrd_t threads[2];
    int results[2] = {0, 0};
    struct timespec past = {1, 0};
    CHECK(mtx_init(&lock, mtx_timed) == thrd_success);
    CHECK(cnd_init(&change) == thrd_success);
    CHECK(tss_create(&key, destroy) == thrd_success);
    for (intptr_t i = 0; i < 2; i++) {
        CHECK(thrd_create(&threads[i], work, (void *)(i + 1)) == thrd_success);
    }
    for (int i = 0; i < 2; i++) {
        CHECK(thrd_join(threads[i], &results[i]) == thrd_success);
    }
    IS(results[0], 10);
    IS(results[1], 20);
    IS(turn, 400);
    IS(inits, 1);
    IS(destroyed, 3);
    CHECK(mtx_lock(&lock) == thrd_success);
    CHECK(mtx_trylock(&lock) == thrd_busy);
    CHECK(mtx_timedlock(&lock, &past) == thrd_timedout);
    CHECK(cnd_timedwait(&change, &lock, &past) == thrd_timedout);
    return done();
}
