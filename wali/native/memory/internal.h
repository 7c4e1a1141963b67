/* What the units of this folder share: addresses as pages, and changes of the reservation.
 *
 * Addresses and lengths are the guest's, in bytes and multiples of the page size, unless a name
 * says otherwise. */
#ifndef WALI_MEMORY_INTERNAL_H
#define WALI_MEMORY_INTERNAL_H

#include "abi/guest.h"
#include "wali/native/memory/page_map.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static inline uint64_t host_address(uint64_t guest)
{
    return (uint64_t)(uintptr_t)wali_base + guest;
}

static inline uint64_t page_up(uint64_t bytes)
{
    return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

static inline bool page_aligned(uint64_t address)
{
    return address % PAGE_BYTES == 0;
}

static inline uint32_t page_of(uint64_t address)
{
    return (uint32_t)(address / PAGE_BYTES);
}

/* Whether all, or none, of the pages of [address, address + bytes) are the guest's. */
static inline bool all_mapped(uint64_t address, uint64_t bytes)
{
    return pages_all_set(page_of(address), page_of(bytes));
}

static inline bool none_mapped(uint64_t address, uint64_t bytes)
{
    return pages_all_clear(page_of(address), page_of(bytes));
}

static inline void mark_mapped(uint64_t address, uint64_t bytes, enum page_kind kind)
{
    pages_set(page_of(address), page_of(bytes), kind);
}

static inline void mark_unmapped(uint64_t address, uint64_t bytes)
{
    pages_clear(page_of(address), page_of(bytes));
}

/* wali_memory_lock, which the caller of everything below holds. */
void memory_lock(void);
void memory_unlock(void);

/* Marks as the guest's what the guest has added by memory.grow since the last call. */
void memory_sync_size(void);
/* The number of bytes that the memory may grow to. */
uint64_t memory_limit(void);
/* Whether new mappings are locked (MCL_FUTURE, mlockall(2)). */
bool memory_locks_future(void);
/* Grows the wasm memory until it reaches to end.  0 or -ENOMEM. */
int64_t memory_grow_to(uint64_t end);
/* Finds a range of pages that are not the guest's, and grows the wasm memory to its end.  Marks
 * nothing.  0 or -ENOMEM. */
int64_t memory_find(uint64_t bytes, uint64_t *address);
/* The same for the range at an address; false if the range is not free. */
bool memory_try_hint(uint64_t hint, uint64_t bytes);

/* Makes a range reservation again, in the kernel only; what is mapped there is unmapped.  0 or
 * -errno. */
int64_t memory_reserve(uint64_t address, uint64_t bytes);
/* Called after a system call that maps over a range has failed: the kernel may have unmapped the
 * range by then (mmap(2), mremap(2)).  Makes a hole reservation again.  True if there was one. */
bool memory_close_hole(uint64_t address, uint64_t bytes);

/* Makes a range reservation again, in the kernel and in the map of pages.  0 or -errno. */
static inline int64_t memory_release(uint64_t address, uint64_t bytes)
{
    const int64_t result = memory_reserve(address, bytes);
    if (result == 0) {
        mark_unmapped(address, bytes);
    }
    return result;
}

/* memory_close_hole for a range that may be the guest's: the pages of a hole are the guest's no
 * longer. */
static inline void memory_unmap_if_hole(uint64_t address, uint64_t bytes)
{
    if (memory_close_hole(address, bytes)) {
        mark_unmapped(address, bytes);
    }
}

#endif
