#include <string.h>
#include "wali_bulk.h"

static int by_words(const unsigned char *l, const unsigned char *r, size_t n)
{
	uint64_t a, b;
	if (n >= 8) {
		a = *(const wali_word *)l, b = *(const wali_word *)r;
		if (a == b)
			a = *(const wali_word *)(l + n - 8), b = *(const wali_word *)(r + n - 8);
	} else if (n >= 4) {
		a = *(const wali_half *)l, b = *(const wali_half *)r;
		if (a == b)
			a = *(const wali_half *)(l + n - 4), b = *(const wali_half *)(r + n - 4);
	} else {
		for (; n; n--, l++, r++)
			if (*l != *r) return *l - *r;
		return 0;
	}
	if (a == b) return 0;
	return __builtin_bswap64(a) < __builtin_bswap64(b) ? -1 : 1;
}

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *l = left, *r = right;
	if (n < BLOCK) return by_words(l, r, n);
	for (; n >= 4*BLOCK; l += 4*BLOCK, r += 4*BLOCK, n -= 4*BLOCK) {
		block a = block_load(l) ^ block_load(r);
		block b = block_load(l + BLOCK) ^ block_load(r + BLOCK);
		block c = block_load(l + 2*BLOCK) ^ block_load(r + 2*BLOCK);
		block d = block_load(l + 3*BLOCK) ^ block_load(r + 3*BLOCK);
		if (hits_any((a | b) | (c | d))) break;
	}
	for (;; l += BLOCK, r += BLOCK, n -= BLOCK) {
		if (n < BLOCK) { /* the last block, some of which is known to be equal */
			if (!n) return 0;
			l -= BLOCK - n, r -= BLOCK - n, n = BLOCK;
		}
		block a = block_load(l), b = block_load(r);
		if (hits_any(a ^ b)) {
			unsigned i = mask_first(~hits_mask(block_equal(a, b)) & MASK_ALL);
			return l[i] - r[i];
		}
	}
}
