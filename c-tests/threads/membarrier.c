/* Barriers that one thread asks for and the others need not pay: store-buffering never shows. */
/* CALLS: membarrier */
#include "together.h"

#define ROUNDS 3000
enum { QUERY = 0, PRIVATE_EXPEDITED = 8, REGISTER_PRIVATE_EXPEDITED = 16 };

static volatile int x, y, seen_y;
static atomic_int round_started, round_done;

static void *quick(void *unused)
{
    for (int i = 1; i <= ROUNDS; i++) {
        while (round_started < i) {
            sched_yield();
        }
        x = 1;
        __asm__ volatile("" ::: "memory"); /* for the compiler alone; the other's barrier does the rest */
        seen_y = y;
        round_done = i;
    }
    return unused;
}

int main(void)
{
    long known = RAW(SYS_membarrier, QUERY, 0, 0);
    if (known < 0 || (known & PRIVATE_EXPEDITED) == 0) {
        skip("this kernel has no memory barriers for others");
    }
    int both_zero = 0;
    OK(RAW(SYS_membarrier, REGISTER_PRIVATE_EXPEDITED, 0, 0));
    pthread_t thread = start(quick, NULL);
    for (int i = 1; i <= ROUNDS; i++) {
        x = y = 0;
        round_started = i;
        y = 1;
        if (RAW(SYS_membarrier, PRIVATE_EXPEDITED, 0, 0) != 0) {
            check_failed(__FILE__, __LINE__, "membarrier");
        }
        int seen_x = x;
        while (round_done < i) {
            sched_yield();
        }
        both_zero += seen_x == 0 && seen_y == 0;
    }
    joined(thread);
    IS(both_zero, 0);
    return done();
}
