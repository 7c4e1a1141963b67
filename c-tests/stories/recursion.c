/* CALLS: write */
/* 50,000 frames deep, in a chain of two functions, and through function pointers. */
#include "check.h"

typedef long long step(int, volatile int *);

static step odd, even;
static step *volatile indirect = even;

__attribute__((noinline)) static long long even(int depth, volatile int *above)
{
    volatile int here = depth + *above % 2;
    return depth == 0 ? 0 : odd(depth - 1, &here) + here - *above % 2;
}

__attribute__((noinline)) static long long odd(int depth, volatile int *above)
{
    volatile int here = depth;
    return depth == 0 ? 0 : indirect(depth - 1, &here) + here + *above * 0;
}

__attribute__((noinline)) static unsigned ackermann(unsigned m, unsigned n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

int main(void)
{
    volatile int zero = 0;
    IS(even(50000, &zero), 50000LL * 50001 / 2);
    IS(even(7, &zero), 28);
    IS(ackermann(2, 300), 603);
    IS(ackermann(3, 7), 1021);
    return done();
}
