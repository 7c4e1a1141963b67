#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include "shgetc.h"
#include "floatscan.h"
#include "stdio_impl.h"

/* What most numbers are: up to 19 digits, perhaps a point among them, perhaps a
 * small power of ten. If the digits as an integer and the power of ten are both
 * exact in the type, one operation rounds the result, correctly. If not, the
 * exact product or quotient of integers is rounded. All else is musl's. */
struct decimal {
	uint64_t digits;
	int power;
	unsigned char negative;
	const char *end; /* null if it is not of that kind */
};

static const double tens[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static inline unsigned digit(const char *s) { return (unsigned char)*s - '0'; }

static inline const char *read_exponent(const char *s, int *power)
{
	const char *p = s + 1;
	int negative = *p == '-', value = 0;
	if (*p == '-' || *p == '+') p++;
	if (digit(p) > 9) return s; /* the number ends before the letter */
	for (; digit(p) < 10 && value < 1000; p++) value = 10*value + digit(p);
	*power += negative ? -value : value;
	return value < 1000 ? p : 0;
}

static inline struct decimal read_decimal(const char *s)
{
	struct decimal d = { 0 };
	while (isspace((unsigned char)*s)) s++;
	if (*s == '-' || *s == '+') d.negative = *s++ == '-';
	const char *begin = s;
	for (; digit(s) < 10; s++) d.digits = 10*d.digits + digit(s);
	ptrdiff_t count = s - begin;
	if (count == 1 && *begin == '0' && (*s | 32) == 'x') return d;
	if (*s == '.') {
		const char *point = s++;
		for (; digit(s) < 10; s++) d.digits = 10*d.digits + digit(s);
		d.power = point + 1 - s;
		count += s - point - 1;
	}
	if (!count || count > 19) return d; /* no number, or more than 64 bits hold */
	d.end = (*s | 32) == 'e' ? read_exponent(s, &d.power) : s;
	return d;
}

enum { FIVES = 27 }; /* the largest power of five that 63 bits hold */

static const uint64_t fives[FIVES + 1] = {
	1u, 5u, 25u, 125u,
	625u, 3125u, 15625u, 78125u,
	390625u, 1953125u, 9765625u, 48828125u,
	244140625u, 1220703125u, 6103515625u, 30517578125u,
	152587890625u, 762939453125u, 3814697265625u, 19073486328125u,
	95367431640625u, 476837158203125u, 2384185791015625u, 11920928955078125u,
	59604644775390625u, 298023223876953125u, 1490116119384765625u, 7450580596923828125u,
};

/* digits * 10^power, rounded to `bits` bits: an integer, and what it is to be
 * multiplied with, 2^*exponent. digits is not 0, power from -FIVES to FIVES. */
static uint64_t round_decimal(uint64_t digits, int power, int bits, int *exponent)
{
	int shift = __builtin_clzll(digits), sticky = 0;
	unsigned __int128 whole;
	digits <<= shift;
	if (power >= 0) {
		whole = (unsigned __int128)digits * fives[power];
		*exponent = power - shift;
	} else {
		uint64_t five = fives[-power];
		unsigned __int128 dividend = (unsigned __int128)digits << 63;
		whole = dividend / five;
		sticky = whole * five != dividend;
		*exponent = power - shift - 63;
	}
	uint64_t high = whole >> 64;
	int extra = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)whole);
	extra -= bits;
	uint64_t result = whole >> extra;
	unsigned __int128 rest = whole & (((unsigned __int128)1 << extra) - 1), half = (unsigned __int128)1 << (extra - 1);
	if (rest > half || (rest == half && (sticky || (result & 1)))) result++;
	*exponent += extra;
	return result;
}

static inline double times_two(double y, int power)
{
	union { uint64_t bits; double f; } scale = { (uint64_t)(0x3ff + power) << 52 };
	return y * scale.f;
}

static inline int is_near(const struct decimal *d, int most)
{
	return d->end && d->digits && d->power >= -FIVES && d->power <= most;
}

static inline int is_exact(const struct decimal *d, uint64_t most, int power)
{
	return d->end && d->digits <= most && d->power >= -power && d->power <= power;
}

static long double strtox(const char *s, char **p, int prec)
{
	FILE f;
	sh_fromstring(&f, s);
	shlim(&f, 0);
	long double y = __floatscan(&f, prec, 1);
	off_t cnt = shcnt(&f);
	if (p) *p = cnt ? (char *)s + cnt : (char *)s;
	return y;
}

float strtof(const char *restrict s, char **restrict p)
{
	struct decimal d = read_decimal(s);
	float y;
	if (is_exact(&d, 1 << 24, 10)) {
		float ten = (float)tens[d.power < 0 ? -d.power : d.power];
		y = d.power < 0 ? (float)(int)d.digits / ten : (float)(int)d.digits * ten;
	} else if (is_near(&d, 18)) { /* not beyond the greatest float */
		int exponent;
		uint64_t rounded = round_decimal(d.digits, d.power, 24, &exponent);
		y = (float)times_two((double)(int64_t)rounded, exponent);
	} else {
		return strtox(s, p, 0);
	}
	if (p) *p = (char *)d.end;
	return d.negative ? -y : y;
}

double strtod(const char *restrict s, char **restrict p)
{
	struct decimal d = read_decimal(s);
	double y;
	if (is_exact(&d, 1ll << 53, 22)) {
		double ten = tens[d.power < 0 ? -d.power : d.power];
		y = d.power < 0 ? (double)(int64_t)d.digits / ten : (double)(int64_t)d.digits * ten;
	} else if (is_near(&d, FIVES)) {
		int exponent;
		uint64_t rounded = round_decimal(d.digits, d.power, 53, &exponent);
		y = times_two((double)(int64_t)rounded, exponent);
	} else {
		return strtox(s, p, 1);
	}
	if (p) *p = (char *)d.end;
	return d.negative ? -y : y;
}

long double strtold(const char *restrict s, char **restrict p)
{
	return strtox(s, p, 2);
}
