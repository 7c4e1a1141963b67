/* EXPECT: status: 42 */
/* An end by exit: what is registered runs, what is buffered is written. */
#include "check.h"

static void first(void)
{
    say("first");
}

static void second(void)
{
    say("second");
    printf("buffered");
}

int main(void)
{
    atexit(second);
    atexit(first);
    printf("before\n");
    exit(42);
}
