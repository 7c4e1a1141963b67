/* Jumps to a frame that is gone, deep in a recursion, where another function's frame lies now: both were
 * marked by the runtime, so that they return to the same address. */
#include "check.h"

#include <setjmp.h>

static jmp_buf buffer;
static volatile int stage;

__attribute__((noinline)) static long sets(const char *text, long n)
{
    if (setjmp(buffer) != 0) {
        say("the dead function goes on");
        _exit(9);
    }
    return text[n % 3];
}

__attribute__((noinline)) static long jumps(const char *text, long n)
{
    if (stage == 2) {
        longjmp(buffer, 1);
    }
    return text[n % 3] + 1;
}

__attribute__((noinline)) static long deep(const char *text, long n)
{
    const long here = sets(text, n), there = jumps(text, n);
    return n == 0 ? 0 : deep(text, n - 1) * 3 + here + there;
}

int main(void)
{
    const long first = deep("abc", 60000);
    say("so far");
    stage = 2;
    return first == deep("abc", 60000);
}
