/* EXPECT: status: 255 */
/* _exit: nothing runs any more, and nothing is written. */
#include "check.h"

static void never(void)
{
    say("never");
}

int main(void)
{
    atexit(never);
    say("before");
    printf("lost");
    _exit(255);
}
