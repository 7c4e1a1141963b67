/* EXPECT: status: 77 */
/* proc_exit ends it at once: no destructor, no buffer. */
#include "preview1.h"

static void never(void)
{
    say("never");
}

int main(void)
{
    atexit(never);
    say("before");
    p1_proc_exit(77);
}
