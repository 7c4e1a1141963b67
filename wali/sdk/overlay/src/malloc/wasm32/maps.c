#define _GNU_SOURCE
#include <sys/mman.h>
#include "../mallocng/meta.h"
#include "wali_malloc_keep.h"

/* Mappings of groups that have become free, for the next group of the same
 * length: a program that fills and empties a list makes no system calls, and
 * touches no new pages. The allocator's lock is held, but where it says so. */
enum { MOST = 16, LONGEST = 64 << 10, BYTES_MOST = 512 << 10 };

static struct { void *base; size_t length; } kept[MOST];
static int count;
static size_t bytes;

void *__wali_map_take(size_t length)
{
	for (int i = count - 1; i >= 0; i--) {
		if (kept[i].length != length) continue;
		void *base = kept[i].base;
		kept[i] = kept[--count];
		bytes -= length;
		return base;
	}
	return 0;
}

int __wali_map_keep(void *base, size_t length)
{
	if (count == MOST || length > LONGEST || bytes + length > BYTES_MOST) return 0;
	((struct group *)base)->meta = 0; /* as of a group within another, so that freeing twice is found */
	kept[count].base = base;
	kept[count++].length = length;
	bytes += length;
	return 1;
}

/* Not held. */
void __wali_maps_free(void)
{
	wrlock();
	while (count) {
		count--;
		munmap(kept[count].base, kept[count].length);
	}
	bytes = 0;
	unlock();
}
