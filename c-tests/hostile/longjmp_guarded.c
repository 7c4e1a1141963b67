/* Jumps to a frame that is gone, where the same function runs again, called by others: the runtime
 * knew who had called the first, for it had looked often. */
#include "check.h"

#include <setjmp.h>

static jmp_buf often, kept;
static volatile unsigned one = 1;
static volatile int stage;

__attribute__((noinline)) static unsigned sets(unsigned rounds)
{
    for (volatile unsigned i = 0; i < rounds; i += one) {
        if (setjmp(often) == 0) {
            longjmp(often, 1);
        }
    }
    if (stage == 0 && setjmp(kept) != 0) {
        say("the dead function goes on");
        _exit(9);
    }
    if (stage == 1) {
        longjmp(kept, 1);
    }
    return rounds;
}

#define DOWN(name, factor)                                                                                   \
    __attribute__((noinline)) static unsigned name(unsigned depth, unsigned a)                               \
    {                                                                                                        \
        const unsigned kept_over = a * factor + one;                                                         \
        return (depth == 0 ? sets(3000) : name(depth - one, kept_over)) ^ kept_over;                         \
    }
DOWN(first_way, 3)
DOWN(second_way, 5)

int main(void)
{
    const unsigned found = first_way(40, 1);
    say("so far");
    stage = 1;
    return (int)(found ^ second_way(40, 1));
}
