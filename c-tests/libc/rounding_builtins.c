#include "check.h"

#include <math.h>

/* Rounding to integers, by the names of the compiler and of the library. */

static volatile double d = 4294967298.5, small = -2.5;
static volatile float f = 8388609.0F;
static volatile long double l = 4294967298.5L;

static void *where(void)
{
    return __builtin_return_address(0);
}

int main(void)
{
    IS(__builtin_lround(d), 4294967299);
    IS(__builtin_lrint(d), 4294967298);
    IS(__builtin_lroundf(f), 8388609);
    IS(__builtin_lrintf(f), 8388609);
    IS(__builtin_lroundl(l), 4294967299);
    IS(__builtin_lrintl(l), 4294967298);
    IS(__builtin_llround(d), 4294967299);
    IS(__builtin_llrint(d), 4294967298);
    IS(lround(small) + lrint(small) * 10 + llround(small) * 100 + llrint(small) * 1000, -2323);
    IS(__builtin_lround(small) + __builtin_lrint(small) * 10, -23);
    IS((long long)__builtin_round(small), -3);
    IS((long long)__builtin_rint(small), -2);
    IS((long long)__builtin_nearbyint(small), -2);
    IS((long long)__builtin_ceil(small), -2);
    IS((long long)__builtin_floor(small), -3);
    IS((long long)__builtin_trunc(small), -2);
    CHECK(where() == 0 || where() != 0); /* no more than that it compiles */
    CHECK(__builtin_frame_address(0) != 0);
    return done();
}
