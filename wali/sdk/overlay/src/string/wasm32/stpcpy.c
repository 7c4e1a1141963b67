#include <string.h>
#include "wali_bulk.h"

/* A few blocks at once with the search for the end, then that first: two quick
 * passes over a long string take less time than one that does both. */
char *__stpcpy(char *restrict d, const char *restrict s)
{
	for (int i = 0; i < 4 && block_room(s) >= BLOCK; i++, d += BLOCK, s += BLOCK) {
		block v = block_load(s);
		mask end = hits_mask(block_equal(v, block_of(0)));
		if (end) {
			unsigned n = mask_first(end);
			wali_copy_small(d, s, n + 1);
			return d + n;
		}
		block_store(d, v);
	}
	size_t n = strlen(s);
	memcpy(d, s, n + 1);
	return d + n;
}

weak_alias(__stpcpy, stpcpy);
