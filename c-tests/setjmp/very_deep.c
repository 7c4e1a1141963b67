/* Jumps in a recursion so deep that the runtime marks functions: many setjmps in each, from all of which
 * one can still jump, and return. */
#include "check.h"

#include <setjmp.h>

#define LEVELS 60000
#define EVERY 500

static jmp_buf out;
static long caught;

__attribute__((noinline)) static long jumping(const char *text, long n);

/* Keeps nothing in memory. */
__attribute__((noinline)) static long plain(const char *text, long n)
{
    return n == 0 ? 0 : jumping(text, n - 1) * 3 + (text[n % 3] == 'a');
}

__attribute__((noinline)) static long with_jumps(const char *text, long n)
{
    jmp_buf here;
    volatile long times = 0;
    const int way = setjmp(here);
    if (times < 3) {
        times = times + 1;
        longjmp(here, (int)times);
    }
    caught += way;
    return plain(text, n) + times;
}

__attribute__((noinline)) static long jumping(const char *text, long n)
{
    if (n == 1 && text[3] == 'x') {
        longjmp(out, 7);
    }
    return n % EVERY == 0 && n > 0 ? with_jumps(text, n) : plain(text, n);
}

int main(void)
{
    for (volatile int i = 0; i < 10; i++) {
        caught = 0;
        const int way = setjmp(out);
        if (way == 0) {
            say("%lld", (long long)plain(i % 2 == 0 ? "abc" : "abcx", LEVELS));
        } else {
            say("jumped: %d", way);
        }
        say("caught: %lld", (long long)caught);
    }
    return done();
}
