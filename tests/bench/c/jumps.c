// What setjmp and longjmp cost, and a function's catch of an error thrown ten calls below.
#include "bench.h"

#include <setjmp.h>

static jmp_buf target;
static volatile int64_t sink;

static void set(int64_t n) {
    while (n--)
        sink += setjmp(target);
}

static void jump(int64_t n) {
    volatile int64_t left = n;
    if (setjmp(target))
        left--;
    if (left > 0)
        longjmp(target, 1);
}

static volatile int endless;

__attribute__((noinline)) static void throw_below(int depth) {
    volatile int here = depth;
    if (endless) // never: else the compiler sees that it cannot return, and says so
        return;
    if (here == 0)
        longjmp(target, 1);
    throw_below(here - 1);
    sink += here;
}

__attribute__((noinline)) static int64_t protected_call(int depth) {
    volatile int64_t caught = 0;
    if (setjmp(target) == 0)
        throw_below(depth);
    else
        caught = 1;
    return caught;
}

static void throw_10(int64_t n) {
    while (n--)
        sink += protected_call(10);
}

int main(int argc, char **argv) {
    static const struct bench all[] = {{"set", NULL, set, 0}, {"jump", NULL, jump, 0}, {"throw", NULL, throw_10, 0}, {0}};
    return bench_main(all, argc, argv);
}
