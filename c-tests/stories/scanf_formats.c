/* CALLS: read */
/* Reading numbers and words: scanf, strtol, strtod. */
#include "check.h"

#include <math.h>

static void number(const char *text, int base)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, base);
    say("strtoll \"%s\" %d: %lld, rest \"%s\", %s", text, base, value, end, errno_name(errno));
}

static void real(const char *text)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    say("strtod \"%s\": %.17g, rest \"%s\", %s", text, value, end, errno_name(errno));
}

int main(void)
{
    int a, b;
    char word[16], set[16];
    double d;
    long long l;
    IS(sscanf(" 12 0x1f word", "%d %i %15s", &a, &b, word), 3);
    say("%d %d %s", a, b, word);
    IS(sscanf("3.25e2,-9000000000", "%lf,%lld", &d, &l), 2);
    say("%g %lld", d, l);
    IS(sscanf("abc123", "%[a-z]%d", set, &a), 2);
    say("%s %d", set, a);
    IS(sscanf("12ab", "%2d%*c%c", &a, word), 2);
    IS(sscanf("x", "%d", &a), 0);
    IS(sscanf("", "%d", &a), EOF);
    IS(sscanf("0x1.8p3 infinity", "%lf %lf", &d, &d), 2);
    CHECK(isinf(d));

    number("  -42rest", 10), number("0x7f", 0), number("0755", 0), number("zz", 36), number("81", 9);
    number("9223372036854775808", 10), number("-9223372036854775809", 10);
    real("3.14159265358979323846"), real("1e400"), real("-1e-400"), real("0x1.fffffffffffffp1023"),
        real(" .5.");
    real("2.2250738585072011e-308"), real("9007199254740993"), real("1e23"), real("-inf");
    real("179769313486231580793e289"), real("0.500000000000000166533453693773481063544750213623046875");
    return done();
}
