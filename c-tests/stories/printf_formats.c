/* CALLS: writev */
/* Formatting, where C says exactly what the text is. */
#include "check.h"

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <wchar.h>

int main(void)
{
    say("%d %5d|%-5d|%05d %+d % d", -1, 42, 42, 42, 42, 42);
    say("%u %x %X %#x %o %#o %c %%", 4000000000u, 0xbeef, 0xbeef, 0xbeef, 0755, 0755, 'A');
    say("%hhd %hd %ld %lld %lu", (signed char)300, (short)70000, 1234567890123456789L, LLONG_MIN, ULONG_MAX);
    say("%zu %zd %jd %td", (size_t)4000000000u, (ssize_t)-5, INTMAX_MIN, (ptrdiff_t)-7);
    say("%" PRId64 " %" PRIx64 " %" PRIu32, INT64_MIN, UINT64_MAX, UINT32_MAX);
    say("%s|%10s|%-10s|%.2s|%*.*s|", "text", "right", "left", "cut", 8, 3, "both");
    say("%f %.0f %.3f %10.2f|%-10.1f|%+.1f", 3.14159265358979, 2.5, 2.0005, 1234.567, 9.96, 0.05);
    say("%e %.10e %E %g %g %g %g", 12345.678, 1e-300, 0.000123, 1e100, 0.0001, 0.00001, 123456789.0);
    say("%a %a %a %.3a %A", 1.0, 0.1, -1e-300, 3.999, 255.5);
    say("%f %F %e %g", INFINITY, -INFINITY, 0.0, -0.0);
    say("%.17g %.17g %.50f", 0.1, DBL_MAX, 0.1);
    say("%.20f %.0f", DBL_MIN * DBL_EPSILON, DBL_MAX);
    say("%Lf %.3Le %Lg", 1.5L, 1024.0L, 0.25L);
    say("%2$s %1$d", 7, "position");
    say("%ls %lc", L"wide", (wint_t)L'x');
    say("%.*f|%-*d|", 2, 1.005, 6, 77);
    int written = 0;
    say("%s%n!", "12345", &written);
    IS(written, 5);
    char small[6];
    volatile size_t room = sizeof small; /* or the compiler objects */
    const char *volatile text = "truncated";
    IS(snprintf(small, room, "%s %d", text, 12345), 15);
    TEXT(small, "trunc");
    IS(snprintf(NULL, 0, "%500d", 1), 500);
    return done();
}
