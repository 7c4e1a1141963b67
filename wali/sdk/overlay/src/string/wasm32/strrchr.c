#include <string.h>
#include "wali_scan.h"

/* In one pass, which passes over groups without a hit. */
char *strrchr(const char *s, int c)
{
	unsigned skip = block_offset(s);
	const char *p = s - skip, *at = s, *last = 0;
	block wanted = block_of(c), zero = block_of(0), v = block_load(p);
	mask hit = mask_from(hits_mask(block_equal(v, wanted)), skip);
	mask end = mask_from(hits_mask(block_equal(v, zero)), skip);
	for (;;) {
		if (end) {
			hit &= end ^ (end - 1);
			return (char *)(hit ? at + mask_last(hit) : last);
		}
		if (hit) last = at + mask_last(hit);
		p += BLOCK;
		if ((uintptr_t)p % (4*BLOCK) == 0)
			while (!hits_any(scan_group(p, wanted, SCAN_BYTE_OR_END)))
				p += 4*BLOCK;
		v = block_load(at = p);
		hit = hits_mask(block_equal(v, wanted));
		end = hits_mask(block_equal(v, zero));
	}
}
