#ifndef WALI_BULK_H
#define WALI_BULK_H

#include "wali_block.h"

/* Above this size memory.copy and memory.fill, which call into the engine, beat
 * blocks. A program's own calls come here only up to BULK/2: bits/wali_memory.h. */
#define WALI_BULK (8*BLOCK)

typedef uint64_t __attribute__((__may_alias__, __aligned__(1))) wali_word;
typedef uint32_t __attribute__((__may_alias__, __aligned__(1))) wali_half;

/* A bad address must fault in the program's own code, where the runtime can
 * tell it from a fault of its own, before the engine is called. */
static inline void wali_touch_read(const volatile char *p, uint32_t n)
{
	(void)p[0];
	(void)p[n-1];
}

static inline void wali_touch_write(volatile char *p, uint32_t n)
{
	p[0] = p[0];
	p[n-1] = p[n-1];
}

static inline void wali_bulk_copy(void *d, const void *s, uint32_t n)
{
	wali_touch_read(s, n);
	wali_touch_write(d, n);
	__asm__ __volatile__(
		"local.get %0\n\tlocal.get %1\n\tlocal.get %2\n\tmemory.copy 0, 0"
		: : "r"(d), "r"(s), "r"(n) : "memory");
}

static inline void wali_bulk_fill(void *d, int c, uint32_t n)
{
	wali_touch_write(d, n);
	__asm__ __volatile__(
		"local.get %0\n\tlocal.get %1\n\tlocal.get %2\n\tmemory.fill 0"
		: : "r"(d), "r"(c), "r"(n) : "memory");
}

/* Up to eight blocks, which may overlap: all is read before anything is written.
 * Unaligned accesses are cheap on every machine that an engine runs on. */
BLOCK_INLINE void wali_copy_small(char *d, const char *s, size_t n)
{
	if (n > 4*BLOCK) {
		const char *t = s + n - 4*BLOCK;
		char *e = d + n - 4*BLOCK;
		block a = block_load(s), b = block_load(s + BLOCK);
		block c = block_load(s + 2*BLOCK), f = block_load(s + 3*BLOCK);
		block g = block_load(t), h = block_load(t + BLOCK);
		block i = block_load(t + 2*BLOCK), j = block_load(t + 3*BLOCK);
		block_store(d, a), block_store(d + BLOCK, b);
		block_store(d + 2*BLOCK, c), block_store(d + 3*BLOCK, f);
		block_store(e, g), block_store(e + BLOCK, h);
		block_store(e + 2*BLOCK, i), block_store(e + 3*BLOCK, j);
	} else if (n >= BLOCK) {
		block a = block_load(s), b = block_load(s + n - BLOCK);
		if (n > 2*BLOCK) {
			block c = block_load(s + BLOCK), e = block_load(s + n - 2*BLOCK);
			block_store(d + BLOCK, c);
			block_store(d + n - 2*BLOCK, e);
		}
		block_store(d, a);
		block_store(d + n - BLOCK, b);
	} else if (n >= 8) {
		uint64_t a = *(const wali_word *)s, b = *(const wali_word *)(s + n - 8);
		*(wali_word *)d = a;
		*(wali_word *)(d + n - 8) = b;
	} else if (n >= 4) {
		uint32_t a = *(const wali_half *)s, b = *(const wali_half *)(s + n - 4);
		*(wali_half *)d = a;
		*(wali_half *)(d + n - 4) = b;
	} else if (n) {
		char a = s[0], b = s[n/2], c = s[n-1];
		d[0] = a;
		d[n/2] = b;
		d[n-1] = c;
	}
}

/* Less than a block. */
BLOCK_INLINE void wali_set_small(char *d, int c, size_t n)
{
	uint64_t word = 0x0101010101010101ull * (uint8_t)c;
	if (n >= 8) {
		*(wali_word *)d = word;
		*(wali_word *)(d + n - 8) = word;
	} else if (n >= 4) {
		*(wali_half *)d = word;
		*(wali_half *)(d + n - 4) = word;
	} else if (n) {
		d[0] = word;
		d[n/2] = word;
		d[n-1] = word;
	}
}

#endif
