/* libc's numbers and sorting against musl's own, which are linked in under the names ref_*: the same values to
 * the bit, the same text, the same ends. Prints "same", or the first difference. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern __typeof(snprintf) ref_snprintf;
extern __typeof(strtod) ref_strtod;
extern __typeof(strtof) ref_strtof;
#define ONE(name) extern double ref_##name(double); extern float ref_##name##f(float);
ONE(sqrt) ONE(floor) ONE(ceil) ONE(trunc) ONE(rint) ONE(nearbyint) ONE(fabs) ONE(round)
#define TWO(name) extern double ref_##name(double, double); extern float ref_##name##f(float, float);
TWO(fmin) TWO(fmax) TWO(copysign)

static uint64_t chance = 88172645463325252;

static uint64_t next(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    return chance ^= chance << 17;
}

static size_t pick(size_t below) { return (size_t)(next() >> 11) % below; }

static void different(const char *what, const char *more)
{
    printf("%s: %s\n", what, more);
    exit(1);
}

static uint64_t bits(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return x != x ? 1 : b; /* any NaN */
}

static double some_double(void)
{
    static const double edges[] = {0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0x1p52, 0x1p53, 0x1.fffffffffffffp-2, 1e300,
        INFINITY, -INFINITY, NAN, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e23, 9.5, 0.125, 0x1p-1074};
    double x;
    uint64_t b = next();
    switch (pick(6)) {
    case 0: return edges[pick(sizeof edges / sizeof *edges)];
    case 1: return (double)(int64_t)(b >> pick(64));
    case 2: return (double)((int64_t)b >> 40) / 64;
    case 3: return (double)(b >> 44) / 100;
    default: memcpy(&x, &b, sizeof x); return x;
    }
}

#define SAME1(name) do { \
    if (bits(name(x)) != bits(ref_##name(x)) || bits(name##f((float)x)) != bits(ref_##name##f((float)x))) \
        different(#name, text); \
} while (0)
#define SAME2(name) do { \
    if (bits(name(x, y)) != bits(ref_##name(x, y)) || bits(name##f((float)x, (float)y)) != bits(ref_##name##f((float)x, (float)y))) \
        different(#name, text); \
} while (0)

static void mathematics(void)
{
    double x = some_double(), y = pick(4) ? some_double() : -x;
    char text[80];
    snprintf(text, sizeof text, "%a %a", x, y);
    SAME1(sqrt); SAME1(floor); SAME1(ceil); SAME1(trunc); SAME1(rint); SAME1(nearbyint); SAME1(fabs); SAME1(round);
    SAME2(fmin); SAME2(fmax); SAME2(copysign);
}

static void reading(void)
{
    static const char *const odd[] = {"", " ", "+", "-", ".", "-.", "1e", "1e+", "1e5x", "0x1p3", "0x", "0x.8", "inf", "-nan",
        "infinit", "1.e3", ".5", "-.5e-3", "00012", "0e9999999999", "1e400", "1e-400", "-1e-400", "  \t+7", "1..2", "1e22",
        "1e23", "9007199254740993", "9007199254740992.5", "123456789012345678901", "0.00000000000000000000000000000001",
        "16777217", "16777217.5", "3.4028236e38", "1e39", "-0", "-0.0e5", "1e2147483648", "1E5", "4e-5,", "1e-", "0.1e"};
    char text[120];
    if (pick(8) == 0) {
        strcpy(text, odd[pick(sizeof odd / sizeof *odd)]);
    } else if (pick(3) == 0) {
        snprintf(text, sizeof text, "%.*g", (int)pick(20), some_double());
    } else {
        size_t n = 1 + pick(20), point = pick(24), at = 0;
        if (pick(4) == 0) text[at++] = '-';
        for (size_t i = 0; i < n; i++) {
            if (i == point) text[at++] = '.';
            text[at++] = (char)('0' + (pick(4) ? pick(10) : 9 * pick(2)));
        }
        text[at] = 0;
        if (pick(2)) snprintf(text + at, 20, "e%d", (int)pick(60) - 30);
        /* Halfway between two: what a rounding of a rounding gets wrong. */
        if (pick(4) == 0) snprintf(text, sizeof text, "%llue%d", (unsigned long long)((next() >> 11 | 1ull << 52) * 2 + 1), -(int)pick(5));
    }
    char *end, *other;
    errno = 0;
    double x = strtod(text, &end);
    int e = errno;
    errno = 0;
    double y = ref_strtod(text, &other);
    if (bits(x) != bits(y) || end != other || e != errno) different("strtod", text);
    errno = 0;
    float f = strtof(text, &end);
    e = errno;
    errno = 0;
    float g = ref_strtof(text, &other);
    if (bits(f) != bits(g) || end != other || e != errno) different("strtof", text);
}

static void printing(void)
{
    char format[24], text[1600], other[1600];
    double x = some_double();
    int precision = pick(30) ? (int)pick(24) : (int)pick(1000), width = (int)pick(40);
    const char *flags[] = {"", "-", "+", " ", "0", "#", "-#", "+0", "#0"};
    snprintf(format, sizeof format, "%%%s*.*%c", flags[pick(9)], "eEfFgGaA"[pick(8)]);
    if (pick(4) == 0) precision = -1;
    int n = snprintf(text, sizeof text, format, width, precision, x);
    int m = ref_snprintf(other, sizeof other, format, width, precision, x);
    if (n != m || strcmp(text, other)) different(format, text);
    long double wide = (long double)x * (1 + (long double)(next() >> 11) * 0x1p-113L);
    if (pick(50) == 0) wide *= 0x1p10000L;
    if (pick(50) == 0) wide *= 0x1p-16000L;
    snprintf(format, sizeof format, "%%*.*L%c", "egf"[pick(wide < 1e300L && wide > -1e300L ? 3 : 2)]);
    n = snprintf(text, sizeof text, format, width, precision, wide);
    m = ref_snprintf(other, sizeof other, format, width, precision, wide);
    if (n != m || strcmp(text, other)) different(format, text);
}

static size_t width;
static int keys;

static int by_key(const void *a, const void *b)
{
    return *(const unsigned char *)a % keys - *(const unsigned char *)b % keys;
}

static int by_key_and(const void *a, const void *b, void *by)
{
    return (*(const unsigned char *)a % keys - *(const unsigned char *)b % keys) * *(int *)by;
}

static int nonsense(const void *a, const void *b)
{
    (void)a, (void)b;
    return (int)pick(3) - 1;
}

/* Stable, so that there is one right order: that of an insertion sort. */
static void sorting(void)
{
    size_t n = pick(pick(20) ? 90 : 700);
    width = pick(3) ? 1 + pick(20) : (size_t[]){4, 8, 16, 64, 300}[pick(5)];
    keys = 1 + (int)pick(256);
    int by = pick(2) ? 1 : -1;
    unsigned char *a = malloc(n * width + 1), *b = malloc(n * width + 1), *c = malloc(n * width + 1), spare[300];
    for (size_t i = 0; i < n * width; i++) a[i] = b[i] = c[i] = (unsigned char)next();
    a[n * width] = 77;
    pick(2) || by < 0 ? qsort_r(a, n, width, by_key_and, &by) : qsort(a, n, width, by_key);
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k && by_key_and(b + (k - 1) * width, b + k * width, &by) > 0; k--) {
            memcpy(spare, b + k * width, width);
            memcpy(b + k * width, b + (k - 1) * width, width);
            memcpy(b + (k - 1) * width, spare, width);
        }
    if (memcmp(a, b, n * width) || a[n * width] != 77) different("qsort", "another order");
    if (pick(4) == 0) { /* whatever is answered, the elements stay what they are */
        long before = 0, after = 0;
        qsort(c, n, width, nonsense);
        for (size_t i = 0; i < n * width; i++) before += b[i], after += c[i];
        if (before != after) different("qsort", "other elements");
    }
    free(a), free(b), free(c);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20000;
    for (int i = 0; i < rounds; i++) {
        mathematics();
        reading();
        printing();
        if (i % 16 == 0) sorting();
    }
    puts("same");
    return 0;
}
