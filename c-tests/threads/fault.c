/* A fault in one thread is the end of all. */
/* CALLS: exit_group */
/* EXPECT: signal: 11 */
#include "together.h"

static void *touch(void *where)
{
    say("touch");
    *(volatile int *)where = 1;
    return NULL;
}

int main(void)
{
    joined(start(touch, bad_pointer()));
    return 1;
}
