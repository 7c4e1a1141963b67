#ifndef WALI_SCAN_H
#define WALI_SCAN_H

#include "wali_block.h"

/* Searches forward from s, in aligned blocks: for a byte, for the end of a
 * string, for either, and the same of wide characters. A wide character that
 * is not aligned is the callers' to refuse: scan_wide_aligned(). */
enum scan { SCAN_BYTE, SCAN_END, SCAN_BYTE_OR_END, SCAN_WIDE, SCAN_WIDE_END, SCAN_WIDE_OR_END };

BLOCK_INLINE int scan_wide_aligned(const wchar_t *s)
{
	return (uintptr_t)s % sizeof *s == 0;
}

BLOCK_INLINE block scan_hits(block v, block wanted, enum scan kind)
{
	block zero = block_of(0);
	switch (kind) {
	case SCAN_BYTE: return block_equal(v, wanted);
	case SCAN_END: return block_equal(v, zero);
	case SCAN_BYTE_OR_END: return block_equal(v, wanted) | block_equal(v, zero);
	case SCAN_WIDE: return wide_equal(v, wanted);
	case SCAN_WIDE_END: return wide_equal(v, zero);
	default: return wide_equal(v, wanted) | wide_equal(v, zero);
	}
}

/* The hits of the four blocks from p on. */
BLOCK_INLINE block scan_group(const char *p, block wanted, enum scan kind)
{
	block a = scan_hits(block_load(p), wanted, kind);
	block b = scan_hits(block_load(p + BLOCK), wanted, kind);
	block c = scan_hits(block_load(p + 2*BLOCK), wanted, kind);
	block d = scan_hits(block_load(p + 3*BLOCK), wanted, kind);
	return (a | b) | (c | d);
}

/* The first one. There is one. */
BLOCK_INLINE const char *scan_endless(const void *s, block wanted, enum scan kind)
{
	unsigned skip = block_offset(s);
	const char *p = (const char *)s - skip;
	mask m = mask_from(hits_mask(scan_hits(block_load(p), wanted, kind)), skip);
	if (m) return (const char *)s + mask_first(m);
	for (p += BLOCK; (uintptr_t)p % (4*BLOCK); p += BLOCK)
		if ((m = hits_mask(scan_hits(block_load(p), wanted, kind))))
			return p + mask_first(m);
	while (!hits_any(scan_group(p, wanted, kind)))
		p += 4*BLOCK;
	while (!(m = hits_mask(scan_hits(block_load(p), wanted, kind))))
		p += BLOCK;
	return p + mask_first(m);
}

/* The first of the next n bytes, or a null pointer. Memory behind the first is
 * not touched, but for its page: n may be more than there is. */
BLOCK_INLINE const char *scan_bounded(const void *s, block wanted, size_t n, enum scan kind)
{
	if (!n) return 0;
	unsigned skip = block_offset(s);
	const char *p = (const char *)s - skip;
	mask m = mask_from(hits_mask(scan_hits(block_load(p), wanted, kind)), skip);
	if (m) return mask_first(m) < n ? (const char *)s + mask_first(m) : 0;
	if (n <= BLOCK - skip) return 0;
	n -= BLOCK - skip;
	for (p += BLOCK;; p += BLOCK, n -= BLOCK) {
		if ((uintptr_t)p % (4*BLOCK) == 0)
			while (n > 4*BLOCK && !hits_any(scan_group(p, wanted, kind)))
				p += 4*BLOCK, n -= 4*BLOCK;
		if ((m = hits_mask(scan_hits(block_load(p), wanted, kind))))
			return mask_first(m) < n ? p + mask_first(m) : 0;
		if (n <= BLOCK) return 0;
	}
}

#endif
