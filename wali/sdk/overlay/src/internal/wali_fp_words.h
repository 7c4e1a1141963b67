#ifndef WALI_FP_WORDS_H
#define WALI_FP_WORDS_H

#include <stdint.h>

/* How printf begins with a number: by integers, for arithmetic of long double
 * is software. A positive, finite y is whole * 2^e, where whole has 113 bits:
 * 29 in front of the point and 84 behind it. */
#define WALI_FP_POINT 84

static inline unsigned __int128 wali_fp_whole(long double y, int *e)
{
	union { long double f; unsigned __int128 bits; } u = { y };
	int shift = 0;
	if (!y) return 0;
	if (!(u.bits >> 112)) u.f *= 0x1p113L, shift = 113; /* subnormal */
	*e = (int)(u.bits >> 112) - 0x3fff - shift - 28;
	return (u.bits & (((unsigned __int128)1 << 112) - 1)) | (unsigned __int128)1 << 112;
}

/* The number in front of the point, then the fraction by nine decimal digits a
 * word; answers where the words end. A double's fraction has 24 bits. */
static inline uint32_t *wali_fp_words(unsigned __int128 whole, uint32_t *z)
{
	uint64_t few = whole >> (WALI_FP_POINT - 24);
	if ((unsigned __int128)few << (WALI_FP_POINT - 24) == whole) {
		do {
			*z++ = few >> 24;
			few = (few & 0xffffff) * 1000000000;
		} while (few);
		return z;
	}
	do {
		*z++ = whole >> WALI_FP_POINT;
		whole = (whole & (((unsigned __int128)1 << WALI_FP_POINT) - 1)) * 1000000000;
	} while (whole);
	return z;
}

#endif
