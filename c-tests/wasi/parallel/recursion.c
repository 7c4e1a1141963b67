/* EXPECT: signal: 11 */
/* A thread that calls itself without end while others run: the native stack has an end, and it is the
 * guest's. */
#include "threads.h"

static struct thread threads[3];
static uint32_t depth;
static void deeper(void);
static void (*volatile next)(void) = deeper;

/* What stands behind the call keeps it from becoming a loop. */
static void deeper(void)
{
    next();
    add(&depth, 1);
}

static void recurse(void *unused)
{
    (void)unused;
    deeper();
}

static void run(void *unused)
{
    (void)unused;
    for (;;) {
        p1_sched_yield();
    }
}

static int test(void)
{
    start(&threads[0], 0, run, NULL);
    start(&threads[1], 1, recurse, NULL);
    join(&threads[1]);
    return 1;
}
