#ifndef WALI_BULK_H
#define WALI_BULK_H

#include <stdint.h>

/* From this size on memory.copy and memory.fill, which call into the engine
 * (4 ns measured), beat a loop of 8-byte accesses. */
#define WALI_BULK 256

typedef uint64_t __attribute__((__may_alias__, __aligned__(1))) wali_word;

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

#endif
