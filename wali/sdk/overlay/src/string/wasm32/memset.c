#include <string.h>
#include "wali_bulk.h"

void *__wali_memset(void *dest, int c, size_t n)
{
	char *d = dest;
	if (n > WALI_BULK) {
		wali_bulk_fill(d, c, n);
		return dest;
	}
	if (n < BLOCK) {
		wali_set_small(d, c, n);
		return dest;
	}
	block v = block_of(c);
	char *last = d + n - BLOCK;
	for (; d < last; d += BLOCK)
		block_store(d, v);
	block_store(last, v);
	return dest;
}

weak_alias(__wali_memset, memset);
