#ifndef WALI_MALLOC_KEEP_H
#define WALI_MALLOC_KEEP_H

/* Keeping a slot, for those files that know the allocator's own structures:
 * after mallocng's meta.h. */
#include "wali_malloc.h"

/* How often memory has run out: a thread that sees it change gives back what it keeps. */
extern hidden volatile int __wali_shortages;
extern hidden _Thread_local int __wali_shortages_seen;

hidden struct wali_bins *__wali_bins_begin(void);
hidden void __wali_bins_empty(struct wali_bins *);
/* free, but that it keeps nothing. */
hidden void __wali_give_back(void *);

/* A mapping of so many bytes that a group has left, or null; keeps one, if there
 * is room. The allocator's lock is held. */
hidden void *__wali_map_take(size_t length);
hidden int __wali_map_keep(void *base, size_t length);
/* Gives all of them back. The lock is not held. */
hidden void __wali_maps_free(void);

static inline unsigned wali_bin_room(int class)
{
	return __wali_bin_first[class + 1] - __wali_bin_first[class];
}

/* The slot begins where it would without an offset. */
static inline void wali_keep_slot(struct wali_bins *bins, int class, struct meta *g, int index, struct wali_slot slot)
{
	((uint16_t *)slot.start)[-1] = (size_t)(slot.start - g->mem->storage) / UNIT;
	slot.start[-3] = index | WALI_KEPT;
	bins->slots[__wali_bin_first[class] + bins->count[class]++] = slot;
}

/* Where nothing was kept: what is freed next may be. */
static inline void wali_keep_from_now_on(void)
{
	struct wali_bins *bins = __wali_bins;
	if (!bins) __wali_bins_begin();
	else if (__wali_shortages_seen != __wali_shortages) __wali_bins_empty(bins);
}

/* Whether the thread keeps what p was allocated in. Slots of a mapping of their
 * own that are smaller than their class says are always fresh when they are
 * handed out, which calloc relies on: not those. */
static inline int wali_keep(struct meta *g, int index, unsigned char *p, unsigned char *start, unsigned char *end)
{
	struct wali_bins *bins = __wali_bins;
	unsigned class = g->sizeclass, size = end - start;
	if (class >= WALI_CLASSES || size + IB < UNIT*size_classes[class]) return 0;
	if (!bins || __wali_shortages_seen != __wali_shortages) return 0;
	if (bins->count[class] >= wali_bin_room(class)) return 0;
	if (class >= WALI_LARGE_CLASS) {
		if (bins->large + size > WALI_LARGE_MOST) return 0;
		bins->large += size;
	}
	if (p != start) {
		p[-3] = 255;
		((uint16_t *)p)[-1] = 0;
	}
	wali_keep_slot(bins, class, g, index, (struct wali_slot){ start, end });
	return 1;
}

#endif
