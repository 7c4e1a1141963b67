#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "../mallocng/meta.h"
#include "pthread_impl.h"
#include "wali_malloc_keep.h"

/* The part of the cache that knows the allocator: src/internal/wali_malloc.h. */

_Static_assert(UNIT == WALI_UNIT && IB == WALI_HEAD && MMAP_THRESHOLD == WALI_LARGEST, "mallocng's");

static struct wali_bins first_bins; /* of the first thread that frees */
static volatile int first_taken;
volatile int __wali_shortages;
_Thread_local int __wali_shortages_seen;
static _Thread_local unsigned char ended;

/* To the allocator, whole, as it checks it. */
static void give_back(struct wali_slot slot)
{
	wali_slot_size(slot.start, slot.end, slot.end - slot.start);
	__wali_give_back(slot.start);
}

static void empty(struct wali_bins *bins, int class)
{
	while (bins->count[class]) {
		struct wali_slot slot = bins->slots[__wali_bin_first[class] + --bins->count[class]];
		if (class >= WALI_LARGE_CLASS) bins->large -= slot.end - slot.start;
		give_back(slot);
	}
}

static void empty_all(struct wali_bins *bins)
{
	for (int class = 0; class < WALI_CLASSES; class++)
		empty(bins, class);
}

void __wali_bins_empty(struct wali_bins *bins)
{
	__wali_shortages_seen = __wali_shortages;
	empty_all(bins);
}

void __wali_malloc_shortage(void)
{
	a_inc(&__wali_shortages);
	__wali_maps_free();
	if (!__wali_bins) return;
	__wali_bins_empty(__wali_bins);
}

struct wali_bins *__wali_bins_begin(void)
{
	if (ended) return 0;
	struct wali_bins *bins = &first_bins;
	if (first_taken || a_swap(&first_taken, 1)) {
		bins = malloc(sizeof *bins);
		if (!bins) return 0;
		memset(bins, 0, offsetof(struct wali_bins, slots));
	}
	__wali_shortages_seen = __wali_shortages;
	return __wali_bins = bins;
}

void __wali_malloc_thread_end(void)
{
	struct wali_bins *bins = __wali_bins;
	__wali_bins = 0;
	ended = 1;
	if (!bins) return;
	empty_all(bins);
	if (bins == &first_bins) a_store(&first_taken, 0);
	else __wali_give_back(bins);
}

static void *take(struct wali_bins *bins, int class, size_t n)
{
	unsigned count = bins->count[class];
	if (!count) return 0;
	struct wali_slot slot = bins->slots[__wali_bin_first[class] + count - 1];
	bins->count[class] = count - 1;
	if (class >= WALI_LARGE_CLASS) bins->large -= slot.end - slot.start;
	wali_slot_size(slot.start, slot.end, n);
	return slot.start;
}

void *__wali_malloc_more(size_t n)
{
	struct wali_bins *bins = __wali_bins;
	void *p;
	if (bins && n < WALI_LARGEST) {
		int class = size_to_class(n);
		if ((p = take(bins, class, n))) return p;
		if (wali_may_be_larger(class) && (p = take(bins, class + 1, n))) return p;
	}
	if ((p = malloc(n)) || size_overflows(n)) return p;
	__wali_malloc_shortage();
	return malloc(n);
}
