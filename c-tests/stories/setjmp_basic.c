/* CALLS: rt_sigprocmask */
/* setjmp and longjmp: values, nesting, loops, locals that change in between. */
#include "check.h"

#include <setjmp.h>

static jmp_buf outer, inner;

static void raise_error(jmp_buf target, int value)
{
    longjmp(target, value);
}

static int protected(int value)
{
    switch (setjmp(inner)) {
    case 0:
        raise_error(value < 0 ? outer : inner, value);
        return -1;
    case 1:
        return 100;
    default:
        return 200;
    }
}

int main(void)
{
    volatile int rounds = 0;
    int result = setjmp(outer);
    if (result == 0) {
        raise_error(outer, 5);
    }
    IS(result, 5);

    if (setjmp(outer) == 0) {
        raise_error(outer, 0); /* 0 becomes 1 */
    } else {
        say("back");
    }
    IS(protected(1), 100);
    IS(protected(7), 200);
    IS(protected(0), 100);
    if (setjmp(outer) == 0) {
        protected(-3);
        say("not reached");
    } else {
        say("through two frames");
    }

    /* The same buffer again and again: a loop made of jumps. */
    volatile long long sum = 0;
    if (setjmp(outer) < 1000) {
        rounds++;
        sum += rounds;
        raise_error(outer, rounds);
    }
    IS(rounds, 1000);
    IS(sum, 500500);

    /* Two buffers alternate. */
    volatile int state = 0;
    volatile double real = 0.5;
    if (setjmp(outer) == 0 || state < 10) {
        if (setjmp(inner) != 0) {
            real *= 2;
            state++;
            raise_error(outer, state);
        }
        raise_error(inner, 1);
    }
    IS(state, 10);
    CHECK(real == 512.0);
    return done();
}
