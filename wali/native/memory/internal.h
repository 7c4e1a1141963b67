/* What the parts of the memory manager share. */
#ifndef WALI_MEMORY_INTERNAL_H
#define WALI_MEMORY_INTERNAL_H

#include "wali/native/base/kernel.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/page_map.h"

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

/* Whether every page, no page of [address, address + bytes) is the guest's. */
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

/* All below: under the lock. */
void memory_lock(void);
void memory_unlock(void);

/* Learns what the guest has grown by itself. */
void memory_learn(void);
/* Bytes the memory may grow to. */
uint64_t memory_limit(void);
bool memory_locks_future(void);
/* Makes the wasm memory reach to end.  0 or -ENOMEM. */
int64_t memory_cover(uint64_t end);
/* Finds bytes of clear pages, covered; not marked yet.  0 or -ENOMEM. */
int64_t memory_find(uint64_t bytes, uint64_t *address);
/* The same at this address, if it is clear. */
bool memory_take_hint(uint64_t hint, uint64_t bytes);

/* Turns a range back into reservation, whatever was there.  0 or -ENOMEM. */
int64_t memory_reserve(uint64_t address, uint64_t bytes);
/* After a call on a range of the reservation failed: the kernel may have
 * unmapped what was there (mmap(2), mremap(2)).  Closes the hole, and says
 * whether there was one. */
bool memory_mend(uint64_t address, uint64_t bytes);

/* The same for what the guest had mapped: in the kernel, and in the map if that
 * worked, or if there was a hole. */
static inline int64_t memory_release(uint64_t address, uint64_t bytes)
{
    const int64_t result = memory_reserve(address, bytes);
    if (result == 0) {
        mark_unmapped(address, bytes);
    }
    return result;
}

static inline void memory_mend_mapped(uint64_t address, uint64_t bytes)
{
    if (memory_mend(address, bytes)) {
        mark_unmapped(address, bytes);
    }
}

#endif
