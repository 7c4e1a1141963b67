/* CALLS: tkill, getpid */
/* EXPECT: signal: 6 */
/* abort is death by SIGABRT, without a flush. */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    say("flushed");
    printf("lost");
    abort();
}
