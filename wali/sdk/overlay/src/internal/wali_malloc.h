#ifndef WALI_MALLOC_H
#define WALI_MALLOC_H

#include <features.h>
#include <stddef.h>
#include <stdint.h>

/* Freed slots, kept by each thread for its own next allocations, so that most
 * need neither a lock nor the allocator's bookkeeping.
 *
 * A slot that is kept is in use to the allocator. What is kept is told outside
 * of the slots: who writes to freed memory changes no list. The byte in front
 * of the slot that tells how much of it is in reserve says KEPT, which free(),
 * realloc() and malloc_usable_size() take for a corrupt heap: freeing twice
 * ends the program at once, as it does without a cache.
 *
 * Bins are the allocator's size classes. Each has few slots, the fewer the
 * larger these are, and LARGE_MOST bytes are kept in large ones at most. */
enum {
	WALI_CLASSES = 48,
	WALI_UNIT = 16, /* bytes; sizes of slots are multiples */
	WALI_HEAD = 4, /* bytes that the allocator has in front of a slot */
	WALI_SLOTS = 616, /* in all bins together */
	WALI_SMALL = 1024, /* bytes: up to there a table tells the class */
	WALI_LARGEST = 131052, /* bytes: from there on each has a mapping of its own */
	WALI_LARGE_CLASS = 24, /* from 2 KiB on */
	WALI_LARGE_MOST = 256 << 10,
	WALI_KEPT = 6 << 5,
};

struct wali_slot {
	unsigned char *start, *end;
};

struct wali_bins {
	unsigned char count[WALI_CLASSES];
	size_t large; /* bytes in slots from WALI_LARGE_CLASS on */
	struct wali_slot slots[WALI_SLOTS];
};

/* Null before the thread has freed anything, and when it has ended. */
extern hidden _Thread_local struct wali_bins *__wali_bins;

/* Where a class's slots begin; the class of (size + 3) / 16 for small sizes. */
extern hidden const uint16_t __wali_bin_first[WALI_CLASSES + 1];
extern hidden const unsigned char __wali_class_of[WALI_SMALL / WALI_UNIT + 1];

/* What malloc does when the thread keeps nothing that would do. */
hidden void *__wali_malloc_more(size_t);
/* Memory has run out: gives back what this thread keeps, and soon the others'. */
hidden void __wali_malloc_shortage(void);
/* Gives back all that the thread keeps, and ends keeping. */
hidden void __wali_malloc_thread_end(void);

/* As the allocator has it: what is in reserve behind n bytes, told at the end. */
static inline void wali_slot_size(unsigned char *p, unsigned char *end, size_t n)
{
	size_t reserved = end - p - n;
	if (reserved) end[-reserved] = 0;
	if (reserved >= 5) {
		*(uint32_t *)(end - 4) = reserved;
		end[-5] = 0;
		reserved = 5;
	}
	p[-3] = (p[-3] & 31) + (reserved << 5);
}

/* The allocator has the first few of some classes in slots of the next larger one. */
static inline int wali_may_be_larger(unsigned class)
{
	return !(class & 1) && class >= 4 && class < 32 && class != 6;
}

static inline void *wali_malloc_small(size_t n)
{
	struct wali_bins *bins = __wali_bins;
	if (n > WALI_SMALL - WALI_HEAD || !bins) return __wali_malloc_more(n);
	unsigned class = __wali_class_of[(n + WALI_HEAD - 1) / WALI_UNIT], count = bins->count[class];
	if (!count && (!wali_may_be_larger(class) || !(count = bins->count[++class]))) return __wali_malloc_more(n);
	bins->count[class] = --count;
	struct wali_slot slot = bins->slots[__wali_bin_first[class] + count];
	wali_slot_size(slot.start, slot.end, n);
	return slot.start;
}

#endif
