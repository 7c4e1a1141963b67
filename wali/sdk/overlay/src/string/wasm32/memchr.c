#include <string.h>
#include "wali_words.h"

void *memchr(const void *src, int c, size_t n)
{
	const unsigned char *s = src;
	c = (unsigned char)c;
	for (; n && (uintptr_t)s % 8; s++, n--)
		if (*s == c) return (void *)s;
	uint64_t pattern = WALI_ONES * (unsigned char)c;
	for (; n >= 8; s += 8, n -= 8) {
		uint64_t hit = wali_zero_bytes(*(const wali_aligned *)s ^ pattern);
		if (hit) return (void *)(s + wali_first_byte(hit));
	}
	for (; n; s++, n--)
		if (*s == c) return (void *)s;
	return 0;
}
