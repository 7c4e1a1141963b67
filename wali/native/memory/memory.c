#define _GNU_SOURCE
#include "wali/native/memory/memory.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/half_done.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/limits.h"
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
    enum future_locks future_locks;
    bool page_zero_closed;
    bool sparse;        /* what is not the guest's is not mapped either */
    uint64_t image;     /* bytes of the memory that the module began with */
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

void wali_memory_init(uint8_t *base, uint64_t bytes_now, uint64_t bytes_max, bool sparse,
                      const struct wali_memory_engine *engine)
{
    const uint64_t top = GUEST_SPAN - EDGE_PAGES * PAGE_BYTES;
    wali_base = base;
    fork_lock_reset(&wali_memory_lock);
    memory.future_locks = LOCKS_NOTHING;
    memory.image = memory.accounted = bytes_now;
    memory.limit = (bytes_max < GUEST_SPAN ? bytes_max : GUEST_SPAN) & ~(WASM_PAGE - 1);
    if (memory.limit < bytes_now) {
        memory.limit = bytes_now;
    }
    memory.sparse = sparse;
    memory.step = STEP_FIRST;
    memory.engine = *engine;
    pages_reset(EDGE_PAGES, page_of(memory.limit < top ? memory.limit : top));
    memory.page_zero_closed = false;
    /* Page 0 is never a mapping of the guest's, whether it has access to it or not. */
    mark_mapped(PAGE_BYTES, bytes_now > PAGE_BYTES ? bytes_now - PAGE_BYTES : 0, PAGE_OTHER | PAGE_IS_DATA);
    /* Mapped anew with RESERVED_FLAGS, so that ranges freed later merge with it. */
    memory_reserve(bytes_now, GUEST_SPAN - bytes_now);
}

FORK_TEXT void wali_memory_fork_child(void)
{
    memory.future_locks = LOCKS_NOTHING; /* mlockall(2): a child does not inherit locks */
}

uint64_t memory_limit(void)
{
    return memory.limit;
}

enum future_locks memory_future_locks(void)
{
    return memory.future_locks;
}

void memory_set_future_locks(enum future_locks locks)
{
    memory.future_locks = locks;
}

/* Maps a range without access; `how` says what happens to what is mapped there. */
static int64_t map_nothing(uint64_t address, uint64_t bytes, int how)
{
    return KERNEL(mmap, host_address(address), bytes, PROT_NONE, how | RESERVED_FLAGS, -1, 0);
}

int64_t memory_reserve(uint64_t address, uint64_t bytes)
{
    if (bytes == 0) {
        return 0;
    }
    const int64_t result =
        memory.sparse ? KERNEL(munmap, host_address(address), bytes) : map_nothing(address, bytes, MAP_FIXED);
    return result < 0 && result >= -4095 ? result : 0;
}

/* msync(2) fails if there is a hole, and changes nothing. */
static bool has_hole(uint64_t address, uint64_t bytes)
{
    return KERNEL(msync, host_address(address), bytes, MS_ASYNC) == -ENOMEM;
}

bool memory_close_hole(uint64_t address, uint64_t bytes)
{
    const int64_t result = map_nothing(address, bytes, MAP_FIXED_NOREPLACE);
    if (result == (int64_t)host_address(address)) {
        if (memory.sparse) {
            memory_reserve(address, bytes);
        }
        return true;
    }
    if (memory.sparse) { /* -ENOMEM: no address space is left to find out by */
        return result == -ENOMEM && has_hole(address, bytes);
    }
    /* Something is mapped in the range: the whole old mapping, or what another host thread has
     * mapped into the hole. */
    if (has_hole(address, bytes)) {
        guest_abort("the host mapped memory inside the guest's");
    }
    return false;
}

static void sync_size(uint64_t size)
{
    if (size > memory.accounted) {
        mark_mapped(memory.accounted, size - memory.accounted, PAGE_OTHER | PAGE_IS_DATA);
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
    /* The engine changes the protection of what is mapped. */
    if (memory.sparse && map_nothing(memory.accounted, more, MAP_FIXED) < 0) {
        return -ENOMEM;
    }
    half_done_begin();
    const bool failed = memory.engine.grow(more, &before) < 0;
    half_done_end();
    if (failed) {
        memory_reserve(memory.accounted, memory.sparse ? more : 0);
        return -ENOMEM;
    }
    sync_size(before);
    memory.accounted = before + more;
    memory_reserve(before, more);
    return 0;
}

/* The next bytes to grow by, of those that are needed.  A sparse memory has each part mapped for a
 * moment. */
static uint64_t next_step(uint64_t needed)
{
    const uint64_t room = memory.limit - memory.accounted;
    if (memory.sparse) {
        return needed < STEP_FIRST ? needed : STEP_FIRST;
    }
    const uint64_t more = needed > memory.step ? needed : memory.step;
    return more < room ? more : room;
}

int64_t memory_grow_to(uint64_t end)
{
    while (memory.accounted < end) {
        if (end > memory.limit) {
            return -ENOMEM;
        }
        const uint64_t needed = ((end + WASM_PAGE - 1) & ~(WASM_PAGE - 1)) - memory.accounted;
        if (grow(next_step(needed)) < 0 && grow(memory.sparse ? WASM_PAGE : needed) < 0) {
            return -ENOMEM;
        }
        memory.step = memory.step < STEP_MAX ? memory.step * 2 : STEP_MAX;
    }
    return 0;
}

bool memory_allows(uint64_t pages, uint64_t data_pages)
{
    return limits_allow(pages, data_pages) && limits_host_has_room(memory.sparse ? pages * PAGE_BYTES : 0);
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

/* Bytes, far more than a child maps before it executes. */
#define ROOM_OF_CHILD (UINT64_C(4) << 20)

void wali_memory_keep_room(void)
{
    uint32_t page;
    memory_lock();
    memory_sync_size();
    if (pages_find(page_of(ROOM_OF_CHILD), &page)) {
        memory_grow_to(page * PAGE_BYTES + ROOM_OF_CHILD);
    }
    memory_unlock();
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

bool memory_wraps(uint64_t address, uint64_t bytes)
{
    const uint64_t end = address + bytes;
    return end > GUEST_SPAN || (end == GUEST_SPAN && !page_is_set(GUEST_PAGES - 1));
}

/* Natively a range that begins at page 0 begins far below the program.  So what the module's memory
 * began with is no part of it. */
static uint64_t range_start(uint64_t address)
{
    return address != 0 ? address : memory.image;
}

int64_t wali_memory_unmap(gaddr_t address, uint64_t length)
{
    const uint64_t bytes = wali_memory_round(length);
    if (!page_aligned(address.v) || bytes == 0 || bytes > LONGEST_RANGE) {
        return -EINVAL;
    }
    int64_t result = 0;
    memory_lock();
    memory_sync_size();
    if (memory_wraps(address.v, bytes)) {
        result = -EINVAL;
    } else {
        const uint64_t start = range_start(address.v);
        const uint64_t end = address.v + bytes;
        if (start < end && !none_mapped(start, end - start)) {
            result = memory_release(start, end - start);
        }
    }
    memory_unlock();
    return result;
}

/* Whether page 0, which is accessible, was never written to. */
static bool page_zero_is_empty(void)
{
    uint8_t resident;
    uint64_t words[64];
    if (KERNEL(mincore, wali_base, PAGE_BYTES, &resident) == 0 && (resident & 1) == 0) {
        return true; /* reading would take a page table */
    }
    for (uint32_t at = sizeof words[0]; at < PAGE_BYTES; at += (uint32_t)sizeof words) {
        const size_t n = at + sizeof words <= PAGE_BYTES ? sizeof words : PAGE_BYTES - at;
        if (!copy_in(words, gaddr(at), n)) {
            return false;
        }
        for (size_t i = 0; i < n / sizeof words[0]; i++) {
            if (words[i] != 0) {
                return false;
            }
        }
    }
    return true;
}

bool wali_memory_page_zero_is_closed(void)
{
    return memory.page_zero_closed;
}

static int64_t protect_pages(uint32_t start, uint32_t count, int prot)
{
    const bool writable = (prot & PROT_WRITE) != 0;
    if (writable && !limits_allow(0, pages_count_private(start, count))) {
        return -ENOMEM;
    }
    const int64_t result =
        KERNEL(mprotect, host_address(start * PAGE_BYTES), count * PAGE_BYTES, prot & ~PROT_EXEC);
    if (result == 0) {
        pages_set_writable(start, count, writable);
    }
    if (prot == (PROT_READ | PROT_WRITE) && result == 0) {
        pages_unprotect(start, count);
    } else {
        pages_protect(start, count); /* a part may have changed, if it failed */
    }
    return result;
}

/* Takes the access to page 0 away, and to what libc does not want of the pages behind it: libc asks
 * for this at its start, when the stack is first in memory.  The answer is that of a page that is not
 * mapped.  In a module whose data begin in page 0 they stay. */
static int64_t close_page_zero(uint64_t bytes, int prot)
{
    if (prot != PROT_NONE || memory.page_zero_closed || !page_zero_is_empty()) {
        return -ENOMEM;
    }
    memory.page_zero_closed = KERNEL(mprotect, wali_base, PAGE_BYTES, PROT_NONE) == 0;
    const uint32_t stop = pages_next_clear(1, page_of(bytes));
    if (stop > 1) {
        protect_pages(1, stop - 1, prot);
    }
    return -ENOMEM;
}

#ifndef PROT_SEM
#define PROT_SEM 8
#endif
#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM)
#define PROT_GROWS (PROT_GROWSDOWN | PROT_GROWSUP)

/* Like the kernel's, mprotect(2) changes the pages before the first one that is not mapped. */
static int64_t protect_range(uint64_t address, uint64_t bytes, int prot)
{
    if (bytes == 0 || memory_wraps(address, bytes)) {
        return -ENOMEM;
    }
    if ((prot & ~(PROT_ALL | PROT_GROWS)) != 0) {
        return -EINVAL;
    }
    const uint32_t start = page_of(address);
    const uint32_t end = start + page_of(bytes);
    const uint32_t stop = pages_next_clear(start, end);
    if (stop == start && (prot & PROT_GROWSDOWN) != 0) {
        /* No mapping grows down. */
        return start != 0 && pages_next_set(start, end) < end ? -EINVAL : -ENOMEM;
    }
    if (stop == start) {
        return start == 0 ? close_page_zero(bytes, prot) : -ENOMEM;
    }
    const int64_t result = protect_pages(start, stop - start, prot);
    return result == 0 && stop < end ? -ENOMEM : result;
}

int64_t wali_memory_protect(gaddr_t address, uint64_t length, int prot)
{
    if ((prot & PROT_GROWS) == PROT_GROWS || !page_aligned(address.v)) {
        return -EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    memory_lock();
    memory_sync_size();
    const int64_t result = protect_range(address.v, wali_memory_round(length), prot);
    memory_unlock();
    return result;
}

bool memory_next_run(uint32_t *from, uint32_t *stop, uint32_t end, bool attributes)
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
    uint32_t from = page_of(range_start(address.v));
    uint32_t expected = page_of(address.v);
    uint32_t stop;
    bool holes = false;
    while (memory_next_run(&from, &stop, end, visit->attributes)) {
        if (visit->stops_at_holes && from != expected) {
            return -ENOMEM;
        }
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

uint64_t wali_memory_mapped_part(gaddr_t address, uint64_t length)
{
    memory_lock();
    memory_sync_size();
    const uint32_t start = page_of(address.v);
    const uint32_t stop = pages_next_clear(start, page_of(address.v + page_up(length)));
    memory_unlock();
    return (stop - start) * PAGE_BYTES;
}

bool wali_memory_wraps(gaddr_t address, uint64_t bytes)
{
    memory_lock();
    memory_sync_size();
    const bool wraps = memory_wraps(address.v, bytes);
    memory_unlock();
    return wraps;
}

int64_t wali_memory_limit(int resource, const struct rlimit *wanted, struct rlimit *old)
{
    memory_lock();
    const int64_t result = limits_exchange(resource, wanted, old);
    memory_unlock();
    return result;
}
