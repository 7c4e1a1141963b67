/* CALLS: write */
/* Arithmetic that IEEE 754 fixes to the bit; functions of libm to ten digits. */
#include "check.h"

#include <math.h>

int main(void)
{
    volatile double one = 1, three = 3, zero = 0, huge = 1e308;
    say("%a %a %a", one / three, sqrt(2.0 * one), fma(one / three, three, -one));
    say("%d %d %d", isnan(zero / zero), isinf(one / zero), signbit(-zero) != 0);
    CHECK(isinf(huge * 10) && huge * 10 > 0);
    say("%g %g %g %g %g", floor(-2.5), ceil(-2.5), trunc(-2.5), round(-2.5), rint(2.5 * one));
    say("%g %g %g", fmod(7.5, 2), remainder(7.5, 2), copysign(3, -zero));
    int exponent;
    double fraction = frexp(48 * one, &exponent);
    say("%g %d %.17g", fraction, exponent, ldexp(one, -1074));
    say("%a %a", nextafter(one, 2), (double)(float)(one / three));
    say("%lld %lld %d", (long long)-2.9, (long long)(9e18 * one), (int)(unsigned char)(200.7 * one));
    say("%.10g %.10g %.10g %.10g", sin(one), exp(one), log(three), pow(three, 0.3));
    say("%.10g %.10g %.10g %.10g", atan2(one, three), cbrt(three), tgamma(5.5 * one), erf(one));
    say("%.15Lg", (long double)one / 4);
    unsigned long long large = 18446744073709551615ull;
    say("%.0f %.0f %llu", (double)large, (double)(float)16777217, (unsigned long long)(1.8e19 * one));
    __int128 wide = (__int128)large * large;
    say("%llx %llx", (unsigned long long)(wide >> 64), (unsigned long long)wide);
    say("%lld", (long long)((wide / 1000000007) % 1000003));
    return done();
}
