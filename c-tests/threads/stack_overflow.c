/* A thread that needs more stack than it has. */
/* CALLS: exit_group */
/* EXPECT: signal: 11 */
#include "together.h"

static int deeper(volatile int *outer, int n)
{
    volatile int frame[256];
    frame[0] = *outer + n;
    return n == 0 ? 0 : deeper(frame, n - 1) + frame[0];
}

static void *overflow(void *unused)
{
    volatile int first = 0;
    say("deep");
    first = deeper(&first, 1 << 28);
    return unused;
}

int main(void)
{
    joined(start(overflow, NULL));
    return 1;
}
