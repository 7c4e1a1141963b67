#ifndef WALI_COMPARE_H
#define WALI_COMPARE_H

#include "wali_block.h"

/* Where two strings of at most n bytes differ, or one ends: blocks that are not
 * aligned, as far as neither leaves its page. Where less than a block is left
 * of a page, the block that ends with the page repeats bytes that are known to
 * be equal; near the beginnings single bytes must do. */
enum compare { COMPARE_BYTES, COMPARE_FOLDED, COMPARE_WIDE };

typedef wchar_t __attribute__((__aligned__(1), __may_alias__)) compare_wide;

/* The second block; with letters of any case, equal to the first where those are alike. */
BLOCK_INLINE block compare_load(block v, const char *b, enum compare kind)
{
	block w = block_load(b);
	return kind == COMPARE_FOLDED ? block_like(v, w) : w;
}

BLOCK_INLINE block compare_ends(block v, enum compare kind)
{
	return kind == COMPARE_WIDE ? wide_equal(v, block_of(0)) : block_equal(v, block_of(0));
}

/* Hits where the blocks at a and b differ, or a ends: what is equal has all bits, and what is no end some. */
BLOCK_INLINE block compare_others(const char *a, const char *b, enum compare kind)
{
	block v = block_load(a), w = compare_load(v, b, kind);
#ifdef __wasm_simd128__
	if (kind == COMPARE_WIDE)
		return compare_ends((block)__builtin_elementwise_min((block_wide)v, (block_wide)wide_equal(v, w)), kind);
	return compare_ends(__builtin_elementwise_min(v, block_equal(v, w)), kind);
#else
	block same = kind == COMPARE_WIDE ? wide_equal(v, w) : block_equal(v, w);
	return (same ^ block_hits(kind == COMPARE_WIDE)) | compare_ends(v, kind);
#endif
}

/* Whether there are any in four blocks. */
BLOCK_INLINE int compare_group(const char *a, const char *b, enum compare kind)
{
	block v = block_load(a), w = compare_load(v, b, kind);
	block v2 = block_load(a + BLOCK), w2 = compare_load(v2, b + BLOCK, kind);
	block v3 = block_load(a + 2*BLOCK), w3 = compare_load(v3, b + 2*BLOCK, kind);
	block v4 = block_load(a + 3*BLOCK), w4 = compare_load(v4, b + 3*BLOCK, kind);
	block differ = ((v ^ w) | (v2 ^ w2)) | ((v3 ^ w3) | (v4 ^ w4));
#ifdef __wasm_simd128__
	block least;
	if (kind == COMPARE_WIDE) {
		block_wide x = __builtin_elementwise_min((block_wide)v, (block_wide)v2);
		least = (block)__builtin_elementwise_min(x, __builtin_elementwise_min((block_wide)v3, (block_wide)v4));
	} else {
		least = __builtin_elementwise_min(__builtin_elementwise_min(v, v2), __builtin_elementwise_min(v3, v4));
	}
	return hits_any(differ | compare_ends(least, kind));
#else
	return hits_any(differ | compare_ends(v, kind) | compare_ends(v2, kind)
		| compare_ends(v3, kind) | compare_ends(v4, kind));
#endif
}

BLOCK_INLINE unsigned char compare_fold(unsigned char c)
{
	return c - 'A' < 26U ? c + 32 : c;
}

BLOCK_INLINE int compare_one(const char *a, const char *b, enum compare kind)
{
	if (kind == COMPARE_WIDE) {
		wchar_t v = *(const compare_wide *)a;
		return v && v == *(const compare_wide *)b;
	}
	if (kind == COMPARE_FOLDED) return *a && compare_fold(*a) == compare_fold(*b);
	return *a && *a == *b;
}

/* The offset of the first of `others`, in a block that begins at `done`, or n. */
BLOCK_INLINE size_t compare_found(size_t done, block others, size_t n)
{
	size_t at = done + mask_first(hits_mask(others));
	return at < n ? at : n;
}

/* The offset of the first difference or end, or n if there is none before; `done` bytes are known to be equal. A
 * function of its own, so that most calls save no registers. */
static __attribute__((__noinline__)) size_t compare_rest(const char *a, const char *b, size_t done, size_t n, enum compare kind)
{
	enum { STEP = 4*BLOCK };
	size_t size = kind == COMPARE_WIDE ? sizeof(wchar_t) : 1;
	block others;
	a += done, b += done;
	while (done < n) {
		size_t room = block_room(a), other = block_room(b);
		if (other < room) room = other;
		size_t groups = (room < n - done ? room : n - done) / STEP * STEP;
		const char *p = a, *stop = a + groups;
		while (p != stop && !compare_group(p, p + (b - a), kind)) p += STEP;
		groups = p - a;
		a += groups, b += groups, done += groups, room -= groups;
		for (; room >= BLOCK && done < n; a += BLOCK, b += BLOCK, done += BLOCK, room -= BLOCK) {
			others = compare_others(a, b, kind);
			if (hits_any(others)) return compare_found(done, others, n);
		}
		size_t whole = room & -size;
		if (done >= n || !room) continue;
		if (whole && done >= BLOCK) {
			size_t back = BLOCK - whole;
			others = compare_others(a - back, b - back, kind);
			if (hits_any(others)) return compare_found(done - back, others, n);
			a += whole, b += whole, done += whole;
			continue;
		}
		/* Single elements that begin in the page; a wide one may leave it. */
		for (size_t i = 0; i < room && done < n; i += size) {
			if (!compare_one(a, b, kind)) return done;
			a += size, b += size, done += size;
		}
	}
	return n;
}

/* The same, from the beginning. */
BLOCK_INLINE size_t compare_until(const char *a, const char *b, size_t n, enum compare kind)
{
	size_t done = 0;
	if (((uintptr_t)a % BLOCK_PAGE <= BLOCK_PAGE - 2*BLOCK) & ((uintptr_t)b % BLOCK_PAGE <= BLOCK_PAGE - 2*BLOCK)) {
		unsigned i = pair_first(compare_others(a, b, kind), compare_others(a + BLOCK, b + BLOCK, kind));
		if (i < 2*BLOCK) return i < n ? i : n;
		done = 2*BLOCK;
	}
	return compare_rest(a, b, done, n, kind);
}

#endif
