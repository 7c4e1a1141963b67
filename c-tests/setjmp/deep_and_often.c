/* setjmp and longjmp so often in one function that the runtime notices the return of a function that
 * has called it: what the callers keep is as it was when they go on, whichever way they are left. */
#include "check.h"

#include <setjmp.h>

#define ROUNDS 3000

static jmp_buf inner, outer;
static volatile unsigned one = 1;

__attribute__((noinline)) static unsigned throw_after(unsigned depth)
{
    if (depth == 0 && one != 0) { /* always, which no compiler knows */
        longjmp(inner, 1);
    }
    return depth == 0 ? 0 : throw_after(depth - one) + one;
}

__attribute__((noinline)) static unsigned often(unsigned rounds)
{
    volatile unsigned caught = 0;
    for (volatile unsigned i = 0; i < rounds; i += one) {
        if (setjmp(inner) == 0) {
            throw_after(i % 5);
        }
        caught += one;
    }
    return caught;
}

/* Keeps as much in registers as there are, over the call. */
__attribute__((noinline)) static unsigned down(unsigned depth, unsigned a, unsigned b, unsigned c,
                                               bool leaves)
{
    const unsigned d = a * 3 + one, e = b * 5 + one, f = c * 7 + one, g = d ^ e, h = e ^ f;
    unsigned found;
    if (depth == 0) {
        found = often(ROUNDS);
        if (leaves) {
            longjmp(outer, (int)found);
        }
    } else {
        found = down(depth - one, d, e, f, leaves);
    }
    return (found * 31) ^ (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h);
}

/* The same in the middle of it, and then once more further up. */
__attribute__((noinline)) static unsigned twice(unsigned depth)
{
    if (depth == 0) {
        return down(30, 1, 2, 3, false);
    }
    const unsigned before = depth * one, found = twice(depth - one);
    return depth == 15 ? found ^ often(ROUNDS) ^ before : found + before;
}

static void leave(unsigned depth)
{
    const int left = setjmp(outer);
    if (left == 0) {
        down(depth, 4, 5, 6, true);
    }
    say("left with %d", left);
}

int main(void)
{
    for (unsigned depth = 5; depth <= 60; depth += 5) {
        say("%u: %u", depth, down(depth, depth, 2, 3, false));
        leave(depth);
    }
    say("twice: %u", twice(40));
    say("in a loop: %u", often(ROUNDS));
    return done();
}
