#ifndef WALI_WORDS_H
#define WALI_WORDS_H

#include <stdint.h>

/* Eight bytes at a time, where the shared code takes size_t's four. An aligned
 * word may be read past a string's end, for it lies in the same page. */
typedef uint64_t __attribute__((__may_alias__)) wali_aligned;

#define WALI_ONES 0x0101010101010101ull

/* Not 0 if a byte of x is 0; its lowest set bit belongs to the first such. */
static inline uint64_t wali_zero_bytes(uint64_t x)
{
	return (x - WALI_ONES) & ~x & (WALI_ONES << 7);
}

static inline unsigned wali_first_byte(uint64_t bits)
{
	return __builtin_ctzll(bits) / 8;
}

#endif
