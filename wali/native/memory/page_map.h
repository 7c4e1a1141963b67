/* The map of pages: which 4 KiB pages of the 4 GiB are the guest's, and what is known of them.
 *
 * The map is bitmaps in zeroed static memory: nothing is allocated, a fork copies what was touched,
 * and the map cannot run full.  Functions change the map alone and enter no kernel.  Callers hold
 * wali_memory_lock.  Arguments count pages.
 */
#ifndef WALI_MEMORY_PAGE_MAP_H
#define WALI_MEMORY_PAGE_MAP_H

#include "abi/guest.h"

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES ((uint64_t)GUEST_PAGE)
#define GUEST_PAGES (UINT32_C(1) << 20)

/* The kind of a page that is the guest's, and what else is known of it. */
enum page_kind {
    PAGE_OTHER,            /* only the kernel knows more */
    PAGE_PLAIN,            /* private, anonymous, readable and writable, no attribute set on it */
    PAGE_SHM,              /* inside a System V attachment */
    PAGE_SHM_START,        /* the first page of an attachment */
    PAGE_KIND = 3,         /* the bits of the above */
    PAGE_IS_DATA = 1 << 2, /* private and writable: counts for RLIMIT_DATA */
    PAGE_IS_SHARED = 1 << 3
};
#define PAGE_TRAITS (PAGE_IS_DATA | PAGE_IS_SHARED)

/* Clears all pages.  pages_find will search [first, end). */
void pages_reset(uint32_t first, uint32_t end);

/* Set: mark pages as the guest's, of a kind and its traits.  Clear: as not the guest's. */
void pages_set(uint32_t start, uint32_t count, unsigned kind);
void pages_clear(uint32_t start, uint32_t count);
/* PAGE_PLAIN becomes PAGE_OTHER for good: an attribute was set (madvise(2), mlock(2)). */
void pages_set_attribute(uint32_t start, uint32_t count);
/* PAGE_PLAIN becomes PAGE_OTHER until pages_unprotect, because only the protection differs. */
void pages_protect(uint32_t start, uint32_t count);
void pages_unprotect(uint32_t start, uint32_t count);

/* Notes the protection: which of the pages are data. */
void pages_set_writable(uint32_t start, uint32_t count, bool writable);

bool page_is_set(uint32_t page);
/* The page must be set.  page_kind is without traits. */
enum page_kind page_kind(uint32_t page);
unsigned page_traits(uint32_t page);
/* Whether all pages are set and PAGE_PLAIN. */
bool pages_are_plain(uint32_t start, uint32_t count);

/* The number of set pages among `count` from `start` on; and of those that are not data, but would
 * be if they were writable. */
uint32_t pages_count(uint32_t start, uint32_t count);
uint32_t pages_count_private(uint32_t start, uint32_t count);
/* The numbers of all pages that are set, and of those that are data. */
uint32_t pages_used(void);
uint32_t pages_data(void);

/* The first page in [from, end) that is set, or clear; end if there is none. */
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

/* The lowest run of count clear pages; false if there is none. */
bool pages_find(uint32_t count, uint32_t *start);

#endif
