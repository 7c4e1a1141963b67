#include <string.h>
#include "wali_bulk.h"

void *memmove(void *dest, const void *src, size_t n)
{
	char *d = dest;
	const char *s = src;
	if (d == s || !n) return dest;
	if (n >= WALI_BULK) {
		wali_bulk_copy(d, s, n);
		return dest;
	}
	if ((uintptr_t)d - (uintptr_t)s >= n) {
		for (; n >= 8; n -= 8, d += 8, s += 8)
			*(wali_word *)d = *(wali_word *)s;
		for (; n; n--)
			*d++ = *s++;
		return dest;
	}
	while (n & 7)
		n--, d[n] = s[n];
	while (n) {
		n -= 8;
		*(wali_word *)(d + n) = *(wali_word *)(s + n);
	}
	return dest;
}
