/* Threads that begin, know their numbers, and end: one after the other, many at once, and from threads.  Each
 * has globals and a table of its own, and the memory of all. */
#include "threads.h"

#define AT_ONCE 100
#define ROUNDS 400

static struct thread threads[MOST_THREADS];
static uint32_t go, running, counter;

/* A mutable global of the instance, which C has no other way to. */
__asm__(".globaltype own_global, i32\n"
        ".globl own_global\n"
        "own_global:\n"
        ".text\n"
        ".globl own_add\n"
        ".type own_add,@function\n"
        "own_add:\n"
        ".functype own_add (i32) -> (i32)\n"
        "global.get own_global\n"
        "local.get 0\n"
        "i32.add\n"
        "global.set own_global\n"
        "global.get own_global\n"
        "end_function\n");
extern uint32_t own_add(uint32_t value);

static void count(void *argument)
{
    add(&counter, *(uint32_t *)argument);
    for (uint32_t i = 1; i <= 10; i++) {
        CHECK(own_add(1) == i);
    }
}

static void stand_still(void *unused)
{
    (void)unused;
    add(&running, 1);
    __builtin_wasm_memory_atomic_notify((int *)&running, 1);
    wait_while(&go, 0);
}

static void start_another(void *argument)
{
    struct thread *const inner = argument;
    start(inner, (uint32_t)(inner - threads), count, &(uint32_t){1});
    join(inner);
}

static void one_after_the_other(void)
{
    uint32_t one = 1;
    CHECK(own_add(7) == 7);
    store(&counter, 0);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        start(&threads[i % 4], i % 4, count, &one);
        join(&threads[i % 4]);
    }
    CHECK(load(&counter) == ROUNDS);
    CHECK(own_add(0) == 7);
}

static void many_at_once(void)
{
    int32_t ids[AT_ONCE];
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        ids[i] = try_start(&threads[i], i, stand_still, NULL);
        CHECK(ids[i] > 0 && ids[i] <= LARGEST_ID);
    }
    for (uint32_t now = load(&running); now < AT_ONCE; now = load(&running)) {
        wait_while(&running, now);
    }
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        CHECK(threads[i].id == ids[i]);
        for (uint32_t other = 0; other < i; other++) {
            CHECK(ids[other] != ids[i]);
        }
    }
    set_and_wake(&go, 1);
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        join(&threads[i]);
    }
}

static void from_threads(void)
{
    store(&counter, 0);
    for (uint32_t i = 0; i < 16; i++) {
        start(&threads[i], i, start_another, &threads[16 + i]);
    }
    for (uint32_t i = 0; i < 16; i++) {
        join(&threads[i]);
    }
    CHECK(load(&counter) == 16);
}

static int test(void)
{
    one_after_the_other();
    many_at_once();
    from_threads();
    return 0;
}
