#include <string.h>
#include "wali_bulk.h"

/* Unaligned accesses are cheap on every machine that an engine runs on. */
void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
	if (n >= WALI_BULK) {
		wali_bulk_copy(dest, src, n);
		return dest;
	}
	char *d = dest;
	const char *s = src;
	for (; n >= 32; n -= 32, d += 32, s += 32) {
		uint64_t a = *(wali_word *)s, b = *(wali_word *)(s + 8);
		uint64_t c = *(wali_word *)(s + 16), e = *(wali_word *)(s + 24);
		*(wali_word *)d = a;
		*(wali_word *)(d + 8) = b;
		*(wali_word *)(d + 16) = c;
		*(wali_word *)(d + 24) = e;
	}
	for (; n >= 8; n -= 8, d += 8, s += 8)
		*(wali_word *)d = *(wali_word *)s;
	for (; n; n--)
		*d++ = *s++;
	return dest;
}
