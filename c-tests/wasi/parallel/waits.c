/* Waiting for words of memory, and waking: who waits, how many are woken, and for how long. */
#include "threads.h"

#define WAITERS 8
#define ROUNDS 2000
#define MILLISECOND INT64_C(1000000)

enum { WOKEN, NOT_EQUAL, TIMED_OUT };

static struct thread threads[WAITERS];
static uint32_t word, turn, about_to_wait, woken;
static uint64_t wide;

static int wait(uint32_t *at, uint32_t value, int64_t time)
{
    return __builtin_wasm_memory_atomic_wait32((int *)at, (int)value, time);
}

static void answer(void *unused)
{
    (void)unused;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        wait_while(&turn, 2 * i);
        set_and_wake(&turn, 2 * i + 2);
    }
}

static void take_turns(void)
{
    start(&threads[0], 0, answer, NULL);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        set_and_wake(&turn, 2 * i + 1);
        wait_while(&turn, 2 * i + 1);
    }
    join(&threads[0]);
}

static void wait_once(void *unused)
{
    (void)unused;
    add(&about_to_wait, 1);
    CHECK(wait(&word, 0, -1) == WOKEN);
    add(&woken, 1);
}

/* Each notification wakes no more than it says, and all of them everybody. */
static void wake_some(void)
{
    uint32_t all = 0;
    for (uint32_t i = 0; i < WAITERS; i++) {
        start(&threads[i], i, wait_once, NULL);
    }
    while (all < WAITERS) {
        const uint32_t some = __builtin_wasm_memory_atomic_notify((int *)&word, 3);
        CHECK(some <= 3 && all + some <= WAITERS);
        all += some;
        p1_sched_yield();
    }
    for (uint32_t i = 0; i < WAITERS; i++) {
        join(&threads[i]);
    }
    CHECK(load(&woken) == WAITERS);
    CHECK(__builtin_wasm_memory_atomic_notify((int *)&word, 3) == 0);
}

static int test(void)
{
    uint64_t before, after;
    take_turns();
    wake_some();
    GIVES(p1_clock_time_get(1, 0, &before), W_SUCCESS);
    CHECK(wait(&word, 0, 20 * MILLISECOND) == TIMED_OUT);
    CHECK(wait(&word, 1, -1) == NOT_EQUAL);
    CHECK(__builtin_wasm_memory_atomic_wait64((long long *)&wide, 0, 0) == TIMED_OUT);
    CHECK(__builtin_wasm_memory_atomic_wait64((long long *)&wide, 1, -1) == NOT_EQUAL);
    GIVES(p1_clock_time_get(1, 0, &after), W_SUCCESS);
    CHECK(after - before >= 20 * (uint64_t)MILLISECOND);
    return 0;
}
