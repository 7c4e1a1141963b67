/* New mappings: mmap(2), shmat(2), remap_file_pages(2). */
#define _GNU_SOURCE
#include "wali/native/memory/map.h"

#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>
#include <sys/shm.h>

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif
#define MAP_HUGE_BITS (63 << MAP_HUGE_SHIFT)

enum where {
    ANYWHERE,  /* the address is a hint, 0 none */
    EXACTLY,   /* whatever is there makes room */
    IF_NOTHING /* only if nothing is there */
};

struct placement {
    uint64_t address; /* guest's, a multiple of the page size */
    uint64_t bytes;   /* likewise, not 0 */
    enum where where;
    enum page_kind kind;
    /* Maps over the reservation at that host address.  Its error is the answer. */
    int64_t (*map)(uint64_t host, uint64_t bytes, const void *what);
    const void *what;
};

static void mark(const struct placement *placement, uint64_t address)
{
    mark_mapped(address, placement->bytes, placement->kind);
}

/* The kernel maps outside the lock: nobody else is given these pages, and it
 * may take long (MAP_POPULATE, a file system of the user's). */
static int64_t place_anywhere(const struct placement *placement)
{
    uint64_t address = placement->address;
    int64_t result = 0;
    memory_lock();
    if (!memory_take_hint(address, placement->bytes)) {
        result = memory_find(placement->bytes, &address);
    }
    if (result == 0) {
        mark(placement, address);
    }
    memory_unlock();
    if (result < 0) {
        return result;
    }
    result = placement->map(host_address(address), placement->bytes, placement->what);
    if (result < 0) {
        memory_lock();
        memory_mend(address, placement->bytes);
        mark_unmapped(address, placement->bytes);
        memory_unlock();
        return result;
    }
    return (int64_t)address;
}

/* Under the lock, so that of two calls on the same range both the kernel and
 * the map see the same one last. */
static int64_t place_here(const struct placement *placement)
{
    const uint64_t address = placement->address;
    if (placement->bytes > memory_limit() || address > memory_limit() - placement->bytes) {
        return -ENOMEM;
    }
    memory_learn();
    if (placement->where == IF_NOTHING && !none_mapped(address, placement->bytes)) {
        return -EEXIST;
    }
    if (memory_cover(address + placement->bytes) < 0) {
        return -ENOMEM;
    }
    const int64_t result = placement->map(host_address(address), placement->bytes, placement->what);
    if (result >= 0) {
        mark(placement, address);
        return (int64_t)address;
    }
    memory_mend_mapped(address, placement->bytes);
    return result;
}

static int64_t place(const struct placement *placement)
{
    if (placement->where == ANYWHERE) {
        return place_anywhere(placement);
    }
    memory_lock();
    const int64_t result = place_here(placement);
    memory_unlock();
    return result;
}

struct mapping {
    int prot, flags, fd;
    int64_t offset;
};

static int64_t map_memory(uint64_t host, uint64_t bytes, const void *what)
{
    const struct mapping *m = what;
    return KERNEL(mmap, host, bytes, m->prot, (uint32_t)m->flags, m->fd, m->offset);
}

/* Like fresh memory in all that mremap(2) would carry on when it grows it. */
static bool is_plain(const struct mapping *m)
{
    const int ignored = MAP_FIXED | MAP_STACK | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK;
    return m->prot == (PROT_READ | PROT_WRITE) && (m->flags & ~ignored) == (MAP_PRIVATE | MAP_ANONYMOUS);
}

/* What a guest may not have, or cannot have at an address of our choice: code,
 * a stack that grows into the reservation, pages of another size (these are a
 * matter of speed only). */
static int guest_flags(int flags)
{
    if ((flags & MAP_HUGETLB) != 0) {
        flags &= ~(MAP_HUGETLB | MAP_HUGE_BITS);
    }
    return (flags & ~(MAP_32BIT | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE)) | MAP_FIXED;
}

int64_t wali_memory_map(gaddr_t address, uint64_t length, int prot, int flags, int fd, int64_t offset)
{
    struct mapping m = {prot & ~PROT_EXEC, guest_flags(flags), fd, offset};
    if (!page_aligned((uint64_t)offset)) {
        return -EINVAL;
    }
    if (length == 0) { /* never maps, but has an order of errors (EBADF, EINVAL) */
        return map_memory(0, 0, &m);
    }
    struct placement placement = {address.v, page_up(length), ANYWHERE, PAGE_OTHER, map_memory, &m};
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == 0) {
        placement.address &= ~(PAGE_BYTES - 1);
    } else if (!page_aligned(address.v)) {
        return -EINVAL;
    } else {
        placement.where = (flags & MAP_FIXED_NOREPLACE) != 0 ? IF_NOTHING : EXACTLY;
    }
    if (memory_locks_future()) {
        m.flags |= MAP_LOCKED;
    }
    if (is_plain(&m)) {
        placement.kind = PAGE_PLAIN;
    }
    return place(&placement);
}

int64_t wali_memory_remap_file(gaddr_t address, uint64_t length, int prot, uint64_t page_offset, int flags)
{
    const uint64_t start = address.v & ~(PAGE_BYTES - 1);
    const uint64_t bytes = length & ~(PAGE_BYTES - 1);
    if (bytes == 0 || bytes > GUEST_SPAN - start) {
        return -EINVAL;
    }
    int64_t result = -EINVAL;
    memory_lock();
    memory_learn();
    if (all_mapped(start, bytes)) {
        result = KERNEL(remap_file_pages, host_address(start), bytes, prot, page_offset, flags);
        if (result < 0) {
            memory_mend_mapped(start, bytes);
        }
    }
    memory_unlock();
    return result;
}

struct attachment {
    int shmid, flags;
};

/* shmat(2) maps as much as the segment has, which need not be what it had when we
 * asked: the id may be another's by now.  So the kernel places it where nothing is,
 * and just as much as was reckoned with is mapped a second time (mremap(2),
 * old_size 0).  Segments of huge pages it refuses (EINVAL). */
static int64_t map_segment(uint64_t host, uint64_t bytes, const void *what)
{
    const struct attachment *a = what;
    const int64_t outside = KERNEL(shmat, a->shmid, 0, a->flags);
    if (outside < 0) {
        return outside;
    }
    const int64_t result = KERNEL(mremap, outside, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, host);
    KERNEL(shmdt, outside);
    return result;
}

int64_t wali_memory_attach(int shmid, gaddr_t address, int flags)
{
    struct shmid_ds segment;
    const struct attachment a = {shmid, flags & ~(SHM_EXEC | SHM_RND | SHM_REMAP)};
    struct placement placement = {address.v, 0, ANYWHERE, PAGE_SHM_START, map_segment, &a};
    if (address.v != 0) {
        placement.where = (flags & SHM_REMAP) != 0 ? EXACTLY : IF_NOTHING;
        if ((flags & SHM_RND) != 0) {
            placement.address &= ~(PAGE_BYTES - 1);
        }
        if (!page_aligned(placement.address)) {
            return -EINVAL;
        }
    }
    if (placement.address == 0 && (flags & SHM_REMAP) != 0) {
        return -EINVAL; /* shmat(2): an address is needed */
    }
    const int64_t result = KERNEL(shmctl, shmid, IPC_STAT, &segment);
    if (result < 0) {
        return result;
    }
    placement.bytes = page_up(segment.shm_segsz);
    const int64_t attached = place(&placement);
    return attached == -EEXIST ? -EINVAL : attached;
}

int64_t wali_memory_detach(gaddr_t address)
{
    const uint32_t start = page_of(address.v);
    int64_t result = -EINVAL;
    memory_lock();
    if (page_aligned(address.v) && page_is_set(start) && page_kind(start) == PAGE_SHM_START) {
        uint32_t end = start + 1;
        while (end < GUEST_PAGES && page_is_set(end) && page_kind(end) == PAGE_SHM) {
            end++;
        }
        const uint64_t bytes = (end - start) * PAGE_BYTES;
        /* Unmapping is all that shmdt(2) does, and a mapping over it unmaps. */
        result = memory_release(address.v, bytes);
    }
    memory_unlock();
    return result;
}
