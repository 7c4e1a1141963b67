#include <string.h>
#include "wali_bulk.h"

void *memset(void *dest, int c, size_t n)
{
	if (n >= WALI_BULK) {
		wali_bulk_fill(dest, c, n);
		return dest;
	}
	char *d = dest;
	uint64_t word = 0x0101010101010101 * (unsigned char)c;
	for (; n >= 32; n -= 32, d += 32) {
		*(wali_word *)d = word;
		*(wali_word *)(d + 8) = word;
		*(wali_word *)(d + 16) = word;
		*(wali_word *)(d + 24) = word;
	}
	for (; n >= 8; n -= 8, d += 8)
		*(wali_word *)d = word;
	for (; n; n--)
		*d++ = c;
	return dest;
}
