#include "check.h"

#include <math.h>

/* Whether a number fits an integer, asked by casting it there and back. What the integer is then,
 * differs between machines and compilers. */

static volatile double values[] = {0.0,  1.5,   -3.0, 9007199254740992.0, 4e9, -4e9, 9e18, 1e19,
                                   1e20, -1e20, 1e300};

static bool fits_signed(double value)
{
    return (double)(int64_t)value == trunc(value);
}

static bool fits_unsigned(double value)
{
    return (double)(uint64_t)value == floor(value);
}

static bool fits_int(double value)
{
    return (double)(int)value == trunc(value);
}

static bool fits_float(float value)
{
    return (float)(int)value == truncf(value);
}

int main(void)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const double value = values[i];
        say("%g: %d %d %d", value, fits_signed(value), fits_int(value), fits_float((float)value));
        if (value >= 0) {
            say("unsigned: %d", fits_unsigned(value));
        }
    }
    return done();
}
