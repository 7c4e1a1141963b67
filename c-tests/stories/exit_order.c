/* CALLS: exit_group */
/* EXPECT: status: 44 */
/* Constructors, atexit handlers in reverse, destructors, then the flush; the status is cut to 8 bits. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void before(void)
{
    puts("constructor");
}

__attribute__((destructor)) static void after(void)
{
    puts("destructor");
}

static void first(void)
{
    puts("first registered");
}

static void nested(void)
{
    puts("registered while exiting");
}

static void second(void)
{
    puts("second registered");
    atexit(nested);
}

int main(void)
{
    atexit(first);
    atexit(second);
    for (int i = 0; i < 40; i++) {
        if (atexit(first) != 0) {
            puts("no room");
        }
    }
    puts("main");
    exit(300);
}
