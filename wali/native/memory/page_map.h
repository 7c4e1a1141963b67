/* Which 4 KiB pages of the guest's 4 GiB are the guest's.
 *
 * Bitmaps in zeroed static memory: nothing is allocated, fork copies what was
 * touched, and it cannot run full.  Pure bookkeeping: memory.c calls it under
 * its lock and does what the kernel has to do.
 */
#ifndef WALI_MEMORY_PAGE_MAP_H
#define WALI_MEMORY_PAGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES UINT64_C(4096)
#define GUEST_PAGES (UINT32_C(1) << 20)

/* What is known of a page that is the guest's. */
enum page_kind {
    PAGE_OTHER,    /* ask the kernel */
    PAGE_PLAIN,    /* private, anonymous, readable and writable, no attribute set on it */
    PAGE_SHM,      /* inside a System V attachment */
    PAGE_SHM_START /* its first page */
};

/* Forgets everything.  pages_find will answer within [first, end). */
void pages_reset(uint32_t first, uint32_t end);

void pages_set(uint32_t start, uint32_t count, enum page_kind kind);
void pages_clear(uint32_t start, uint32_t count);
/* PAGE_PLAIN becomes PAGE_OTHER. */
void pages_set_attribute(uint32_t start, uint32_t count);
/* The same, but remembers that protection is all that differs; and back. */
void pages_close(uint32_t start, uint32_t count);
void pages_open(uint32_t start, uint32_t count);

bool page_is_set(uint32_t page);
/* Meaningful if the page is set. */
enum page_kind page_kind(uint32_t page);
bool pages_are_plain(uint32_t start, uint32_t count);

/* The first page in [from, end) that is set, that is not: else end. */
uint32_t pages_next_set(uint32_t from, uint32_t end);
uint32_t pages_next_clear(uint32_t from, uint32_t end);

static inline bool pages_all_set(uint32_t start, uint32_t count)
{
    return pages_next_clear(start, start + count) == start + count;
}

static inline bool pages_all_clear(uint32_t start, uint32_t count)
{
    return pages_next_set(start, start + count) == start + count;
}

/* The lowest run of count clear pages. */
bool pages_find(uint32_t count, uint32_t *start);

#endif
