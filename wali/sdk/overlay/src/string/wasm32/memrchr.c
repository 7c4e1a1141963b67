#include <string.h>
#include "wali_scan.h"

void *__memrchr(const void *m, int c, size_t n)
{
	if (!n) return 0;
	const char *s = m, *last = s + n - 1;
	const char *low = s - block_offset(s), *p = last - block_offset(last);
	block wanted = block_of(c);
	mask hit = hits_mask(block_equal(block_load(p), wanted)) & mask_through(block_offset(last));
	for (;;) {
		if (p == low) hit &= ~mask_below(block_offset(s));
		if (hit) return (void *)(p + mask_last(hit));
		if (p == low) return 0;
		if ((uintptr_t)p % (4*BLOCK) == 0)
			while (p - low > 4*BLOCK && !hits_any(scan_group(p - 4*BLOCK, wanted, SCAN_BYTE)))
				p -= 4*BLOCK;
		p -= BLOCK;
		hit = hits_mask(block_equal(block_load(p), wanted));
	}
}

weak_alias(__memrchr, memrchr);
