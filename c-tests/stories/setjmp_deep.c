/* CALLS: rt_sigprocmask */
/* longjmp out of 10,000 frames, many times; and out of a callback that libc called. */
#include "check.h"

#include <setjmp.h>

static jmp_buf top;
static volatile int deepest;

static int descend(int depth, volatile char *above)
{
    if (depth > 10000) {
        return 0;
    }
    volatile char here[32];
    here[0] = (char)(above[0] + 1);
    deepest = depth > deepest ? depth : deepest;
    if (depth == 10000) {
        longjmp(top, here[0] ? 7 : 8);
    }
    return descend(depth + 1, here) + here[0];
}

static int impatient(const void *a, const void *b)
{
    static int calls;
    if (++calls == 20) {
        longjmp(top, 99);
    }
    return *(const char *)a - *(const char *)b;
}

int main(void)
{
    volatile char first[1] = {0};
    volatile int rounds = 0;
    volatile int got = 0;
    while (rounds < 50) {
        got = setjmp(top);
        if (got == 0) {
            descend(0, first);
            say("not reached");
        }
        rounds++;
    }
    IS(rounds, 50);
    IS(got, 7);
    IS(deepest, 10000);

    char letters[] = "the quick brown fox jumps over the lazy dog";
    got = setjmp(top);
    if (got == 0) {
        qsort(letters, sizeof letters - 1, 1, impatient);
        say("not reached");
    }
    IS(got, 99);
    return done();
}
