#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "../mallocng/meta.h"
#include "wali_malloc.h"

/* Where the new size is of another class, by slots that are kept. */
static void *resize(void *p, size_t n)
{
	if (!p) return wali_malloc_small(n);
	struct meta *g = get_meta(p);
	unsigned char *end = g->mem->storage + get_stride(g)*(get_slot_index(p) + 1) - IB;
	size_t old = get_nominal_size(p, end), room = end - (unsigned char *)p;
	void *new;
	if (n >= MMAP_THRESHOLD || g->sizeclass >= WALI_CLASSES) {
		if ((new = realloc(p, n)) || size_overflows(n)) return new;
		__wali_malloc_shortage();
		return realloc(p, n);
	}
	if (n <= room && size_to_class(n) + 1 >= g->sizeclass) {
		set_size(p, end, n);
		return p;
	}
	if (!(new = wali_malloc_small(n))) return 0;
	memcpy(new, p, n < old ? n : old);
	free(p);
	return new;
}

#undef realloc
weak_alias(resize, realloc);
