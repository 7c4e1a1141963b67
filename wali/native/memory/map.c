#define _GNU_SOURCE
#include "wali/native/memory/map.h"

#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/limits.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>
#include <sys/shm.h>

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif
#define MAP_HUGE_BITS ((int)(63U << MAP_HUGE_SHIFT))

enum placement_rule {
    ANYWHERE,       /* the address is a hint, or 0 */
    FIXED,          /* replaces what is there */
    FIXED_NOREPLACE /* -EEXIST if anything is there */
};

struct placement {
    uint64_t address; /* the guest's, a multiple of the page size */
    uint64_t bytes;   /* a multiple of the page size, not 0 */
    enum placement_rule rule;
    unsigned kind; /* with traits */
    /* Maps over the reservation at a host address.  Its -errno is the result. */
    int64_t (*map)(uint64_t host, uint64_t bytes, const void *what);
    const void *what;
};

/* Whether a range can be a mapping at all: 0, or -errno in the kernel's order.  Page 0 is nobody's,
 * as natively below mmap_min_addr (proc_sys_vm(5)). */
static int64_t fixed_place(uint64_t address, uint64_t bytes)
{
    if (bytes > memory_limit() || address > memory_limit() - bytes) {
        return -ENOMEM;
    }
    if (!page_aligned(address)) {
        return -EINVAL;
    }
    return address == 0 ? -EPERM : 0;
}

static void mark(const struct placement *placement, uint64_t address)
{
    mark_mapped(address, placement->bytes, placement->kind);
}

/* Whether the guest's limits allow the mapping, in place of so many pages of its own.  As to Linux,
 * any that it replaces count. */
static bool is_allowed(const struct placement *placement, uint64_t replaced)
{
    const uint64_t more = page_of(placement->bytes) - replaced;
    return memory_allows(more, (placement->kind & PAGE_IS_DATA) != 0 ? more : 0);
}

/* The kernel maps outside the lock, because that may take long (MAP_POPULATE, a FUSE file system).
 * The pages are marked before, so that no other thread is given them. */
static int64_t place_anywhere(const struct placement *placement)
{
    uint64_t address = placement->address;
    int64_t result = 0;
    memory_lock();
    if (!is_allowed(placement, 0)) {
        result = -ENOMEM;
    } else if (!memory_try_hint(address, placement->bytes)) {
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
        memory_close_hole(address, placement->bytes);
        mark_unmapped(address, placement->bytes);
        memory_unlock();
        return result;
    }
    return (int64_t)address;
}

/* The lock is held while the kernel maps, so that kernel and map of pages see two calls on one
 * range in the same order. */
static int64_t place_here(const struct placement *placement)
{
    const uint64_t address = placement->address;
    const int64_t failure = fixed_place(address, placement->bytes);
    if (failure < 0) {
        return failure;
    }
    memory_sync_size();
    if (placement->rule == FIXED_NOREPLACE && !none_mapped(address, placement->bytes)) {
        return -EEXIST;
    }
    if (!is_allowed(placement, pages_count(page_of(address), page_of(placement->bytes))) ||
        memory_grow_to(address + placement->bytes) < 0) {
        return -ENOMEM;
    }
    const int64_t result = placement->map(host_address(address), placement->bytes, placement->what);
    if (result >= 0) {
        mark(placement, address);
        return (int64_t)address;
    }
    memory_unmap_if_hole(address, placement->bytes);
    return result;
}

static int64_t place_once(const struct placement *placement)
{
    if (placement->rule == ANYWHERE) {
        return place_anywhere(placement);
    }
    memory_lock();
    const int64_t result = place_here(placement);
    memory_unlock();
    return result;
}

static int64_t place(const struct placement *placement)
{
    const int64_t result = place_once(placement);
    if (result != -ENOMEM) {
        return result;
    }
    memory_lock();
    const bool changed = limits_adopt();
    memory_unlock();
    return changed ? place_once(placement) : result;
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

/* Whether the mapping is PAGE_PLAIN: mremap(2) may then grow it by fresh memory. */
static bool is_plain(const struct mapping *m)
{
    const int ignored = MAP_FIXED | MAP_STACK | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK;
    return m->prot == (PROT_READ | PROT_WRITE) && (m->flags & ~ignored) == (MAP_PRIVATE | MAP_ANONYMOUS);
}

static unsigned traits(const struct mapping *m)
{
    if ((m->flags & MAP_SHARED) != 0) { /* MAP_SHARED_VALIDATE, too */
        return PAGE_IS_SHARED;
    }
    return (m->prot & PROT_WRITE) != 0 ? PAGE_IS_DATA : 0;
}

/* The flags for the kernel, which maps at an address of the runtime's choice.  Left out are
 * MAP_32BIT and MAP_FIXED_NOREPLACE, because the address is chosen; MAP_GROWSDOWN of what may grow,
 * because no mapping grows into reservation; MAP_HUGETLB, because huge pages matter for speed
 * alone. */
static int guest_flags(int flags)
{
    if ((flags & MAP_HUGETLB) != 0) {
        flags &= ~(MAP_HUGETLB | MAP_HUGE_BITS);
    }
    if ((flags & (MAP_TYPE | MAP_ANONYMOUS)) == (MAP_PRIVATE | MAP_ANONYMOUS)) {
        flags &= ~MAP_GROWSDOWN;
    }
    return (flags & ~(MAP_32BIT | MAP_FIXED_NOREPLACE)) | MAP_FIXED;
}

/* The error of a mapping that has no place.  The kernel looks at the descriptor before. */
static int64_t no_place(const struct mapping *m, int64_t failure)
{
    return (m->flags & MAP_ANONYMOUS) == 0 && map_memory(0, 0, m) == -EBADF ? -EBADF : failure;
}

/* MAP_LOCKED would provide all pages at once. */
static int64_t lock_on_fault(int64_t address, uint64_t bytes)
{
    if (KERNEL(mlock2, host_address((uint64_t)address), bytes, MLOCK_ONFAULT) < 0) {
        wali_memory_unmap(gaddr((uint32_t)address), bytes);
        return -EAGAIN;
    }
    return address;
}

/* Where the mapping goes, as far as its arguments say: 0, or -errno in the kernel's order. */
static int64_t choose_rule(struct placement *placement, int flags)
{
    if (placement->bytes == 0) {
        return -ENOMEM;
    }
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == 0) {
        placement->address &= ~(PAGE_BYTES - 1);
        return 0;
    }
    placement->rule = (flags & MAP_FIXED_NOREPLACE) != 0 ? FIXED_NOREPLACE : FIXED;
    return fixed_place(placement->address, placement->bytes);
}

int64_t wali_memory_map(gaddr_t address, uint64_t length, int prot, int flags, int fd, int64_t offset)
{
    struct mapping m = {prot & ~PROT_EXEC, guest_flags(flags), fd, offset};
    if (!page_aligned((uint64_t)offset)) {
        return -EINVAL;
    }
    if (length == 0) { /* fails always; the kernel chooses the error (EBADF, EINVAL) */
        return map_memory(0, 0, &m);
    }
    struct placement placement = {address.v, wali_memory_round(length), ANYWHERE, PAGE_OTHER, map_memory, &m};
    const int64_t failure = choose_rule(&placement, flags);
    if (failure < 0) {
        return no_place(&m, failure);
    }
    const enum future_locks locks = memory_future_locks();
    if (locks == LOCKS) {
        m.flags |= MAP_LOCKED;
    }
    placement.kind = is_plain(&m) && locks == LOCKS_NOTHING ? PAGE_PLAIN : PAGE_OTHER;
    placement.kind |= traits(&m);
    const int64_t result = place(&placement);
    if (result < 0) {
        return no_place(&m, result);
    }
    return locks == LOCKS_ON_FAULT ? lock_on_fault(result, placement.bytes) : result;
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
    memory_sync_size();
    if (all_mapped(start, bytes)) {
        result = KERNEL(remap_file_pages, host_address(start), bytes, prot, page_offset, flags);
        if (result < 0) {
            memory_unmap_if_hole(start, bytes);
        }
    }
    memory_unlock();
    return result;
}

struct attachment {
    int shmid, flags;
};

/* shmat(2) maps the whole segment, and its size may differ from the one that was asked for: the id
 * may be another segment's by now.  So the segment is attached outside of the guest first, and then
 * as many bytes as expected are mapped a second time, into the guest (mremap(2), old_size 0).
 * mremap(2) refuses segments of huge pages (EINVAL). */
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
    struct placement placement = {address.v, 0, ANYWHERE, PAGE_SHM_START | PAGE_IS_SHARED, map_segment, &a};
    if (address.v != 0) {
        placement.rule = (flags & SHM_REMAP) != 0 ? FIXED : FIXED_NOREPLACE;
        if ((flags & SHM_RND) != 0) {
            placement.address &= ~(PAGE_BYTES - 1);
        }
        if (!page_aligned(placement.address)) {
            return -EINVAL;
        }
    }
    if (placement.address == 0 && (flags & SHM_REMAP) != 0) {
        return -EINVAL; /* shmat(2): SHM_REMAP needs an address */
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
        /* shmdt(2) does nothing but unmap, and mapping reservation over the pages unmaps them. */
        result = memory_release(address.v, bytes);
    }
    memory_unlock();
    return result;
}
