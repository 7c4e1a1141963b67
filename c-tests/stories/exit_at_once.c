/* CALLS: exit_group */
/* EXPECT: status: 255 */
/* _exit flushes nothing and calls nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void never(void)
{
    puts("atexit handler");
    fflush(stdout);
}

int main(void)
{
    atexit(never);
    printf("flushed\n");
    fflush(stdout);
    printf("lost");
    _exit(-1);
}
