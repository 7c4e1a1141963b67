/* CALLS: tgkill, rt_sigprocmask */
/* EXPECT: signal: 6 */
#include "together.h"

static void *end_all(void *unused)
{
    say("abort");
    abort();
    return unused;
}

int main(void)
{
    joined(start(end_all, NULL));
    return 1;
}
