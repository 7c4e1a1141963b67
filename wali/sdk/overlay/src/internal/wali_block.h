#ifndef WALI_BLOCK_H
#define WALI_BLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Bytes and wide characters a block at a time: 16 bytes with 128-bit SIMD, else
 * a word of 8. Each function that uses this is compiled twice, for programs of
 * both kinds (wali/sdk/build.py).
 *
 * What may be read: any byte of a page that holds a byte of the string. An
 * aligned block, or an aligned group of four, never leaves its page; a block
 * that is not aligned asks block_room() first.
 *
 * "Hits" have one element for each byte or wide character, not 0 where a
 * comparison holds. A "mask" made of them is an integer, whose lowest bits
 * belong to the lowest address. block_hits() has all of them. */

#define BLOCK_PAGE 4096
#define BLOCK_INLINE static inline __attribute__((__always_inline__))

#ifdef __wasm_simd128__

typedef uint8_t block __attribute__((__vector_size__(16)));
typedef uint8_t block_data __attribute__((__vector_size__(16), __aligned__(1), __may_alias__));
typedef uint32_t block_wide __attribute__((__vector_size__(16)));
typedef signed char block_signed __attribute__((__vector_size__(16)));
typedef unsigned mask;
enum { BLOCK = 16, MASK_BITS = 1 }; /* bits of a mask for each byte */
#define MASK_ALL 0xffffu

BLOCK_INLINE block block_of(int c) { return (block){0} + (uint8_t)c; }
BLOCK_INLINE block wide_of(wchar_t c) { return (block)((block_wide){0} + (uint32_t)c); }
BLOCK_INLINE block block_equal(block a, block b) { return (block)(a == b); }
BLOCK_INLINE block wide_equal(block a, block b) { return (block)((block_wide)a == (block_wide)b); }
BLOCK_INLINE block block_hits(int wide) { return ~block_of(0); }
BLOCK_INLINE int hits_any(block hits) { return __builtin_wasm_any_true_v128((block_signed)hits); }
BLOCK_INLINE mask hits_mask(block hits) { return (uint16_t)__builtin_wasm_bitmask_i8x16((block_signed)hits); }
BLOCK_INLINE unsigned mask_first(mask m) { return __builtin_ctz(m); }
BLOCK_INLINE unsigned mask_last(mask m) { return 31 - __builtin_clz(m); }

/* The first hit in two blocks that lie behind each other, or 2*BLOCK. */
BLOCK_INLINE unsigned pair_first(block a, block b)
{
	mask m = hits_mask(a) | hits_mask(b) << BLOCK;
	return m ? mask_first(m) : 2*BLOCK;
}

/* w, but equal to v where letters of ASCII differ in their case alone. */
BLOCK_INLINE block block_like(block v, block w)
{
	block letter = (block)((block_signed)((v | 32) + (127 - 'z')) > (block_signed){0} + (127 - 26));
	block cased = block_equal(v ^ w, block_of(32)) & letter;
	return w ^ (cased & 32);
}

#else

typedef uint64_t block;
typedef uint64_t __attribute__((__aligned__(1), __may_alias__)) block_data;
typedef uint64_t mask;
enum { BLOCK = 8, MASK_BITS = 8 };
#define MASK_ALL 0x8080808080808080ull

#define BLOCK_ONES 0x0101010101010101ull
#define BLOCK_WIDE_ONES 0x0000000100000001ull

/* The highest bit of each element of `width` that is 0, and nothing else. */
BLOCK_INLINE block block_zeros(block v, block high)
{
	return ~(((v & ~high) + ~high) | v | ~high);
}

BLOCK_INLINE block block_of(int c) { return BLOCK_ONES * (uint8_t)c; }
BLOCK_INLINE block wide_of(wchar_t c) { return BLOCK_WIDE_ONES * (uint32_t)c; }
BLOCK_INLINE block block_equal(block a, block b) { return block_zeros(a ^ b, BLOCK_ONES << 7); }
/* The bit stands in an element's lowest byte, as its address does. */
BLOCK_INLINE block wide_equal(block a, block b) { return block_zeros(a ^ b, BLOCK_WIDE_ONES << 31) >> 24; }
BLOCK_INLINE block block_hits(int wide) { return wide ? BLOCK_WIDE_ONES << 7 : BLOCK_ONES << 7; }
BLOCK_INLINE int hits_any(block hits) { return hits != 0; }
BLOCK_INLINE mask hits_mask(block hits) { return hits; }
BLOCK_INLINE unsigned mask_first(mask m) { return __builtin_ctzll(m) / 8; }
BLOCK_INLINE unsigned mask_last(mask m) { return 7 - __builtin_clzll(m) / 8; }

BLOCK_INLINE unsigned pair_first(block a, block b)
{
	return a ? mask_first(a) : b ? BLOCK + mask_first(b) : 2*BLOCK;
}

BLOCK_INLINE block block_fold(block v)
{
	block low = v & ~(BLOCK_ONES << 7);
	block from_a = low + BLOCK_ONES * (128 - 'A'), after_z = low + BLOCK_ONES * (127 - 'Z');
	return v | ((from_a & ~after_z & ~v & BLOCK_ONES << 7) >> 2);
}

/* Equal to v where letters of ASCII differ in their case alone, or not at all. */
BLOCK_INLINE block block_like(block v, block w)
{
	return v ^ block_fold(v) ^ block_fold(w);
}

#endif

/* The lowest bytes, fewer than a block; up to and with the one at `last`. */
BLOCK_INLINE mask mask_below(unsigned bytes) { return ((mask)1 << bytes * MASK_BITS) - 1; }
BLOCK_INLINE mask mask_through(unsigned last) { return ((mask)2 << (last * MASK_BITS + MASK_BITS - 1)) - 1; }

BLOCK_INLINE block block_load(const void *p) { return *(const block_data *)p; }
BLOCK_INLINE void block_store(void *p, block v) { *(block_data *)p = v; }
BLOCK_INLINE mask mask_from(mask m, unsigned bytes) { return m >> bytes * MASK_BITS; }
/* How far an address lies behind the beginning of its block. */
BLOCK_INLINE unsigned block_offset(const void *p) { return (uintptr_t)p % BLOCK; }
/* How many bytes there are from an address to the end of its page. */
BLOCK_INLINE size_t block_room(const void *p) { return BLOCK_PAGE - (uintptr_t)p % BLOCK_PAGE; }

#endif
