#include <wchar.h>
#include "wali_bulk.h"

int wmemcmp(const wchar_t *l, const wchar_t *r, size_t n)
{
	enum { EACH = BLOCK / sizeof *l };
	for (; n >= 4*EACH; l += 4*EACH, r += 4*EACH, n -= 4*EACH) {
		block a = block_load(l) ^ block_load(r);
		block b = block_load(l + EACH) ^ block_load(r + EACH);
		block c = block_load(l + 2*EACH) ^ block_load(r + 2*EACH);
		block d = block_load(l + 3*EACH) ^ block_load(r + 3*EACH);
		if (hits_any((a | b) | (c | d))) break;
	}
	for (; n && *l == *r; n--, l++, r++);
	return n ? (*l < *r ? -1 : *l > *r) : 0;
}
