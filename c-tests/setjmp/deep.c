/* CALLS: */
/* Jumps over 10,000 frames, loops of setjmp, copies of a jmp_buf, values, nesting. */
#include "check.h"

#include <setjmp.h>

static jmp_buf outer, copy;
static jmp_buf *levels;
static volatile int reached, never;

__attribute__((noinline)) static int dive(volatile int depth)
{
    volatile char frame[64];
    frame[0] = (char)depth;
    reached++;
    if (depth == 0) {
        longjmp(outer, 42);
    }
    if (never) {
        return 0;
    }
    return dive(depth - 1) + frame[0];
}

__attribute__((noinline)) static int each_level(volatile int depth)
{
    int value = setjmp(levels[depth]);
    if (value != 0) {
        if (depth == 0) {
            return value;
        }
        longjmp(levels[depth - 1], value + 1);
    }
    if (depth == 1999) {
        longjmp(levels[depth], 1);
    }
    if (never) {
        return 0;
    }
    return each_level(depth + 1);
}

__attribute__((noinline)) static int value_of(int given)
{
    volatile int passes = 0;
    int value = setjmp(outer);
    if (passes++ == 0) {
        longjmp(outer, given);
    }
    return value;
}

/* Locals that are volatile keep what they have; parameters and saved ones are those of before. */
__attribute__((noinline)) static double locals(double a, int64_t b, float c)
{
    volatile int turns = 0;
    double saved = a * 2;
    int64_t kept = b * 3;
    setjmp(copy);
    turns++;
    if (turns < 100) {
        memset(&outer, turns, sizeof outer);
        longjmp(copy, turns);
    }
    return saved + (double)kept + c + turns;
}

int main(void)
{
    IS(setjmp(outer) == 0 ? dive(10000) : 42, 42);
    IS(reached, 10001);
    reached = 0;
    volatile int again = 0;
    int value = setjmp(outer);
    if (again++ < 200) {
        dive(50);
    }
    IS(value, 42);
    IS(reached, 200 * 51);

    IS(value_of(0), 1);
    IS(value_of(1), 1);
    IS(value_of(-7), -7);
    IS(value_of(INT32_MIN), INT32_MIN);

    /* A copy serves as well. */
    volatile int times = 0;
    if (setjmp(outer) < 3) {
        memcpy(&copy, &outer, sizeof copy);
        memset(&outer, 0, sizeof outer);
        memcpy(&outer, &copy, sizeof copy);
        longjmp(outer, ++times);
    }
    IS(times, 3);

    levels = calloc(2000, sizeof *levels);
    IS(each_level(0), 2000);
    CHECK(locals(1.5, 7, 0.25f) == 3 + 21 + 0.25 + 100);

    volatile long sum = 0;
    for (volatile int i = 0; i < 20000; i++) {
        switch (setjmp(outer)) {
        case 0:
            if (i % 3 == 0) {
                longjmp(outer, 1 + i % 2);
            }
            break;
        case 1:
            sum += 1;
            break;
        default:
            sum += 1000;
        }
    }
    IS(sum, 3334 + 3333000);
    return done();
}
