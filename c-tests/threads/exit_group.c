/* A thread ends the process, whatever the others do. */
/* CALLS: exit_group */
/* EXPECT: status: 7 */
#include "together.h"

static volatile unsigned sink;

static void *compute(void *unused)
{
    for (;;) {
        sink++;
    }
    return unused;
}

static void *end_all(void *unused)
{
    nap(5);
    say("now");
    RAW(SYS_exit_group, 7);
    return unused;
}

int main(void)
{
    start(compute, NULL);
    start(end_all, NULL);
    joined(start(compute, NULL));
    return 1;
}
