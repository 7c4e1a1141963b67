#define _GNU_SOURCE
#include "wali/native/memory/memory.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>

struct fork_lock wali_memory_lock FORK_DATA;

/* The engine's memory grows by at least this many bytes, so that few mappings have to grow it.  The
 * step doubles each time, up to the maximum. */
#define STEP_FIRST (UINT64_C(16) << 20)
#define STEP_MAX (UINT64_C(64) << 20)
/* Pages at either end that mmap(2) does not choose, because null pointers and small negative ones
 * reach them. */
#define EDGE_PAGES UINT32_C(16)

#define RESERVED_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

static struct {
    bool locks_future;
    uint64_t accounted; /* bytes of the wasm memory, as far as the map of pages knows */
    uint64_t limit;
    uint64_t step;
    struct wali_memory_engine engine;
} memory FORK_DATA;

void memory_lock(void)
{
    fork_lock_acquire(&wali_memory_lock);
}

void memory_unlock(void)
{
    fork_lock_release(&wali_memory_lock);
}

void wali_memory_init(uint8_t *base, uint64_t bytes_now, uint64_t bytes_max,
                      const struct wali_memory_engine *engine)
{
    const uint64_t top = GUEST_SPAN - EDGE_PAGES * PAGE_BYTES;
    wali_base = base;
    fork_lock_reset(&wali_memory_lock);
    memory.locks_future = false;
    memory.accounted = bytes_now;
    memory.limit = (bytes_max < GUEST_SPAN ? bytes_max : GUEST_SPAN) & ~(WASM_PAGE - 1);
    if (memory.limit < bytes_now) {
        memory.limit = bytes_now;
    }
    memory.step = STEP_FIRST;
    memory.engine = *engine;
    pages_reset(EDGE_PAGES, page_of(memory.limit < top ? memory.limit : top));
    mark_mapped(0, bytes_now, PAGE_OTHER);
    /* Mapped anew with RESERVED_FLAGS, so that ranges freed later merge with it. */
    memory_reserve(bytes_now, GUEST_SPAN - bytes_now);
}

FORK_TEXT void wali_memory_fork_child(void)
{
    memory.locks_future = false; /* mlockall(2): a child does not inherit locks */
}

uint64_t memory_limit(void)
{
    return memory.limit;
}

bool memory_locks_future(void)
{
    return memory.locks_future;
}

int64_t memory_reserve(uint64_t address, uint64_t bytes)
{
    const int64_t result =
        bytes == 0 ? 0
                   : KERNEL(mmap, host_address(address), bytes, PROT_NONE, MAP_FIXED | RESERVED_FLAGS, -1, 0);
    return result < 0 && result >= -4095 ? result : 0;
}

bool memory_close_hole(uint64_t address, uint64_t bytes)
{
    const int64_t result =
        KERNEL(mmap, host_address(address), bytes, PROT_NONE, MAP_FIXED_NOREPLACE | RESERVED_FLAGS, -1, 0);
    if (result == (int64_t)host_address(address)) {
        return true;
    }
    /* Something is mapped in the range: the whole old mapping, or what another host thread has
     * mapped into the hole.  msync(2) fails if there is a hole, and changes nothing. */
    if (KERNEL(msync, host_address(address), bytes, MS_ASYNC) == -ENOMEM) {
        guest_abort("the host mapped memory inside the guest's");
    }
    return false;
}

static void sync_size(uint64_t size)
{
    if (size > memory.accounted) {
        mark_mapped(memory.accounted, size - memory.accounted, PAGE_OTHER);
        memory.accounted = size;
    }
}

void memory_sync_size(void)
{
    sync_size(memory.engine.size());
}

static int64_t grow(uint64_t more)
{
    uint64_t before;
    if (memory.engine.grow(more, &before) < 0) {
        return -ENOMEM;
    }
    sync_size(before);
    memory.accounted = before + more;
    memory_reserve(before, more);
    return 0;
}

int64_t memory_grow_to(uint64_t end)
{
    while (memory.accounted < end) {
        if (end > memory.limit) {
            return -ENOMEM;
        }
        const uint64_t needed = ((end + WASM_PAGE - 1) & ~(WASM_PAGE - 1)) - memory.accounted;
        const uint64_t room = memory.limit - memory.accounted;
        const uint64_t more = needed > memory.step ? needed : memory.step;
        if (grow(more < room ? more : room) < 0 && grow(needed) < 0) {
            return -ENOMEM;
        }
        memory.step = memory.step < STEP_MAX ? memory.step * 2 : STEP_MAX;
    }
    return 0;
}

int64_t memory_find(uint64_t bytes, uint64_t *address)
{
    for (;;) {
        uint32_t page;
        memory_sync_size();
        if (!pages_find(page_of(bytes), &page)) {
            return -ENOMEM;
        }
        *address = page * PAGE_BYTES;
        if (memory_grow_to(*address + bytes) < 0) {
            return -ENOMEM;
        }
        if (none_mapped(*address, bytes)) { /* else the guest has grown its memory meanwhile */
            return 0;
        }
    }
}

bool memory_try_hint(uint64_t hint, uint64_t bytes)
{
    const uint64_t lowest = EDGE_PAGES * PAGE_BYTES;
    memory_sync_size();
    if (hint < lowest || bytes > memory.limit || hint > memory.limit - bytes ||
        hint + bytes > GUEST_SPAN - lowest) {
        return false;
    }
    return none_mapped(hint, bytes) && memory_grow_to(hint + bytes) == 0 && none_mapped(hint, bytes);
}

int64_t wali_memory_unmap(gaddr_t address, uint64_t length)
{
    if (!page_aligned(address.v) || length == 0 || length > GUEST_SPAN - address.v) {
        return -EINVAL;
    }
    const uint64_t bytes = page_up(length);
    int64_t result = 0;
    memory_lock();
    memory_sync_size();
    if (!none_mapped(address.v, bytes)) {
        result = memory_release(address.v, bytes);
    }
    memory_unlock();
    return result;
}

/* Like the kernel's, mprotect(2) changes the pages before the first one that is not mapped. */
int64_t wali_memory_protect(gaddr_t address, uint64_t length, int prot)
{
    if (!page_aligned(address.v)) {
        return -EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    if (length > GUEST_SPAN - address.v) {
        return -ENOMEM;
    }
    const uint32_t start = page_of(address.v);
    const uint32_t end = start + page_of(page_up(length));
    int64_t result = -ENOMEM;
    memory_lock();
    memory_sync_size();
    const uint32_t stop = pages_next_clear(start, end);
    if (stop > start) {
        const uint64_t bytes = (stop - start) * PAGE_BYTES;
        result = KERNEL(mprotect, host_address(address.v), bytes, prot & ~PROT_EXEC);
        if (prot == (PROT_READ | PROT_WRITE)) {
            pages_unprotect(start, stop - start);
        } else {
            pages_protect(start, stop - start);
        }
    }
    memory_unlock();
    return result == 0 && stop < end ? -ENOMEM : result;
}

/* Finds the next pages of [*from, end) that are the guest's: [*from, *stop).  False if there are
 * none. */
static bool next_run(uint32_t *from, uint32_t *stop, uint32_t end, bool attributes)
{
    memory_lock();
    memory_sync_size();
    *from = pages_next_set(*from, end);
    *stop = pages_next_clear(*from, end);
    if (attributes && *from < *stop) {
        pages_set_attribute(*from, *stop - *from);
    }
    memory_unlock();
    return *from < *stop;
}

int64_t wali_memory_each(gaddr_t address, uint64_t length, const struct wali_memory_visit *visit)
{
    const uint32_t end = page_of(address.v + page_up(length));
    uint32_t from = page_of(address.v);
    uint32_t expected = from;
    uint32_t stop;
    bool holes = false;
    while (next_run(&from, &stop, end, visit->attributes)) {
        const int64_t result =
            visit->call(wali_base + from * PAGE_BYTES, (stop - from) * PAGE_BYTES, visit->argument);
        if (result < 0) {
            return result;
        }
        holes = holes || from != expected;
        from = expected = stop;
    }
    return holes || expected < end ? -ENOMEM : 0;
}

bool wali_memory_is_mapped(gaddr_t address, uint64_t length)
{
    memory_lock();
    memory_sync_size();
    const uint32_t start = page_of(address.v);
    const bool mapped = pages_all_set(start, page_of(address.v + page_up(length)) - start);
    memory_unlock();
    return mapped;
}

static int64_t lock_pages(void *host, uint64_t bytes, int flags)
{
    return KERNEL(mlock2, host, bytes, flags);
}

static int64_t unlock_pages(void *host, uint64_t bytes, int unused)
{
    (void)unused;
    return KERNEL(munlock, host, bytes);
}

/* Stands for ENOMEM of mlock2(2), which means RLIMIT_MEMLOCK here: wali_memory_each itself answers
 * ENOMEM for holes. */
#define BEYOND_LIMIT (-E2BIG)

static int64_t lock_of_all(void *host, uint64_t bytes, int flags)
{
    const int64_t result = lock_pages(host, bytes, flags);
    return result == -ENOMEM ? BEYOND_LIMIT : result;
}

/* The kernel's mlockall(2) would lock the engine and 4 GiB of reservation as well. */
int64_t wali_memory_lock_all(bool now, gaddr_t from, bool future, bool on_fault)
{
    const struct wali_memory_visit visit = {lock_of_all, on_fault ? MLOCK_ONFAULT : 0, true};
    const int64_t result = now ? wali_memory_each(from, GUEST_SPAN - from.v, &visit) : 0;
    if (result < 0 && result != -ENOMEM) {
        return result == BEYOND_LIMIT ? -ENOMEM : result;
    }
    memory_lock();
    memory.locks_future = future;
    memory_unlock();
    return 0;
}

int64_t wali_memory_unlock_all(void)
{
    const struct wali_memory_visit visit = {unlock_pages, 0, true};
    memory_lock();
    memory.locks_future = false;
    memory_unlock();
    wali_memory_each(gaddr(0), GUEST_SPAN, &visit);
    return 0;
}
