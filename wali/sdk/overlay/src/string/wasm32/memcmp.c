#include <string.h>
#include "wali_bulk.h"

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *l = left, *r = right;
	for (; n >= 8; n -= 8, l += 8, r += 8) {
		uint64_t a = *(const wali_word *)l, b = *(const wali_word *)r;
		if (a != b) {
			a = __builtin_bswap64(a);
			b = __builtin_bswap64(b);
			return a < b ? -1 : 1;
		}
	}
	for (; n; n--, l++, r++)
		if (*l != *r) return *l - *r;
	return 0;
}
