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

/* The kernel's TASK_SIZE for programs of 32 bits, of which no range is longer. */
#define LONGEST_RANGE (GUEST_SPAN - 2 * PAGE_BYTES)

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

static inline void mark_mapped(uint64_t address, uint64_t bytes, unsigned kind)
{
    pages_set(page_of(address), page_of(bytes), kind);
}

static inline void mark_unmapped(uint64_t address, uint64_t bytes)
{
    pages_clear(page_of(address), page_of(bytes));
}

/* Finds the next pages of [*from, end) that are the guest's: [*from, *stop).  False if there are
 * none.  `attributes` as in wali_memory_visit.  Takes the lock. */
bool memory_next_run(uint32_t *from, uint32_t *stop, uint32_t end, bool attributes);

/* wali_memory_lock, which the caller of everything below holds. */
void memory_lock(void);
void memory_unlock(void);

/* Whether a range leaves the address space, as the kernel judges: its end is beyond, or wraps.  The
 * last page of the 4 GiB is one that no program of 32 bits has, so a range that ends behind it wraps
 * unless the guest has mapped the page (MAP_FIXED, memory.grow). */
bool memory_wraps(uint64_t address, uint64_t bytes);
/* Marks as the guest's what the guest has added by memory.grow since the last call. */
void memory_sync_size(void);
/* The number of bytes that the memory may grow to. */
uint64_t memory_limit(void);
/* What mlockall(2) has asked for new mappings (MCL_FUTURE, MCL_ONFAULT). */
enum future_locks { LOCKS_NOTHING, LOCKS, LOCKS_ON_FAULT };
enum future_locks memory_future_locks(void);
void memory_set_future_locks(enum future_locks locks);
/* Grows the wasm memory until it reaches to end.  0 or -ENOMEM. */
int64_t memory_grow_to(uint64_t end);
/* Whether the guest's limits, and the kernel's for the process, allow so many more pages of all,
 * and of data. */
bool memory_allows(uint64_t pages, uint64_t data_pages);
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
