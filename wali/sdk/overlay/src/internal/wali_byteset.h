#ifndef WALI_BYTESET_H
#define WALI_BYTESET_H

#include <string.h>
#include "wali_block.h"

/* Where a string has a byte of a set, or its end (wanted 1), or a byte that is
 * not of the set (wanted 0). Up to four bytes are compared with each; of more a
 * table says for each low half of a byte which high halves are in the set. */
typedef signed char byteset_signed __attribute__((__vector_size__(16)));

struct byteset {
	block few[4];
	uint8_t table[2][16];
};

BLOCK_INLINE block byteset_swizzle(block table, block index)
{
	return (block)__builtin_wasm_swizzle_i8x16((byteset_signed)table, (byteset_signed)index);
}

BLOCK_INLINE block byteset_hits_few(const struct byteset *set, block v)
{
	return block_equal(v, set->few[0]) | block_equal(v, set->few[1])
		| block_equal(v, set->few[2]) | block_equal(v, set->few[3]);
}

BLOCK_INLINE block byteset_hits_many(const struct byteset *set, block v)
{
	const block bits = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	block low = v & 15, high = v >> 4, upper = (block)(v > 127);
	block row = (byteset_swizzle(block_load(set->table[0]), low) & ~upper)
		| (byteset_swizzle(block_load(set->table[1]), low) & upper);
	block bit = byteset_swizzle(bits, high);
	return block_equal(row & bit, bit);
}

BLOCK_INLINE block byteset_stops(const struct byteset *set, block v, int few, int wanted)
{
	block hits = few ? byteset_hits_few(set, v) : byteset_hits_many(set, v);
	return wanted ? hits | block_equal(v, block_of(0)) : ~hits;
}

BLOCK_INLINE const char *byteset_walk(const struct byteset *set, const char *s, int few, int wanted)
{
	unsigned skip = block_offset(s);
	const char *p = s - skip;
	mask m = mask_from(hits_mask(byteset_stops(set, block_load(p), few, wanted)), skip);
	if (m) return s + mask_first(m);
	do p += BLOCK;
	while (!(m = hits_mask(byteset_stops(set, block_load(p), few, wanted))));
	return p + mask_first(m);
}

/* c has one byte or more. */
BLOCK_INLINE const char *byteset_scan(const char *s, const char *c, int wanted)
{
	struct byteset set;
	if (!c[1] || !c[2] || !c[3] || !c[4]) {
		set.few[0] = block_of(c[0]);
		set.few[1] = block_of(*(c += c[1] != 0));
		set.few[2] = block_of(*(c += c[1] != 0));
		set.few[3] = block_of(*(c += c[1] != 0));
		return byteset_walk(&set, s, 1, wanted);
	}
	memset(set.table, 0, sizeof set.table);
	for (unsigned char byte; (byte = *c); c++)
		set.table[byte >> 7][byte & 15] |= 1 << (byte >> 4 & 7);
	return byteset_walk(&set, s, 0, wanted);
}

#endif
