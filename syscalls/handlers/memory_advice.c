/* Advice on mapped memory: madvise(2), msync(2), mincore(2), mlock(2). */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/lock_all.h"
#include "wali/native/memory/memory.h"
#include "wali/native/thread/thread.h"

#include <sys/mman.h>

static int64_t advise(void *host, uint64_t bytes, int advice)
{
    return KERNEL(madvise, host, bytes, advice);
}

enum effect { UNKNOWN, REFUSED, PASSES, SETS_ATTRIBUTE };

/* Unknown is what a later kernel may take: nobody can say what it would do to the reservation.
 * Refused is advice that would leave a hole in a child's reservation (MADV_DONTFORK), or would
 * damage the machine's memory. */
static enum effect effect_of(int32_t advice)
{
    switch (advice) {
    case MADV_DONTFORK:
    case MADV_HWPOISON:
    case 101: /* MADV_SOFT_OFFLINE */
        return REFUSED;
    case MADV_NORMAL:
    case MADV_WILLNEED:
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_REMOVE:
    case MADV_COLD:
    case MADV_PAGEOUT:
    case MADV_POPULATE_READ:
    case MADV_POPULATE_WRITE:
    case 24: /* MADV_DONTNEED_LOCKED */
    case 25: /* MADV_COLLAPSE */
        return PASSES;
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_DOFORK:
    case MADV_MERGEABLE:
    case MADV_UNMERGEABLE:
    case MADV_HUGEPAGE:
    case MADV_NOHUGEPAGE:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_WIPEONFORK:
    case MADV_KEEPONFORK:
    case 102: /* MADV_GUARD_INSTALL */
    case 103: /* MADV_GUARD_REMOVE */
        return SETS_ATTRIBUTE;
    default:
        return UNKNOWN;
    }
}

/* Pages are made up to the first that is not mapped; other advice goes on behind it. */
static int64_t populate(gaddr_t addr, uint32_t bytes, int advice)
{
    const uint64_t part = wali_memory_mapped_part(addr, bytes);
    const int64_t result = part == 0 ? 0 : KERNEL(madvise, wali_base + addr.v, part, advice);
    return result == 0 && part < bytes ? -ENOMEM : result;
}

int64_t sys_madvise(gaddr_t addr, uint32_t length, int32_t advice)
{
    const uint32_t bytes = wali_memory_round(length);
    const enum effect effect = effect_of(advice);
    const struct wali_memory_visit visit = {advise, advice, effect == SETS_ATTRIBUTE, false};
    if (effect == UNKNOWN || addr.v % GUEST_PAGE != 0 || (bytes == 0 && length != 0) ||
        wali_memory_wraps(addr, bytes)) {
        return -EINVAL;
    }
    if (effect == REFUSED) {
        return advice == MADV_DONTFORK ? -EINVAL : -EPERM;
    }
    const bool populates = advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE;
    const int64_t result = bytes == 0  ? -ENOMEM
                           : populates ? populate(addr, bytes, advice)
                                       : wali_memory_each(addr, bytes, &visit);
    /* Of no pages the kernel says whether it knows the advice, which it looks at first. */
    const int64_t known = result == -ENOMEM ? KERNEL(madvise, 0, 0, advice) : 0;
    return bytes == 0 || known < 0 ? known : result;
}

static int64_t sync_file(void *host, uint64_t bytes, int flags)
{
    return KERNEL(msync, host, bytes, flags);
}

int64_t sys_msync(gaddr_t addr, uint32_t length, int32_t flags)
{
    const struct wali_memory_visit visit = {sync_file, flags, false, false};
    const uint32_t bytes = wali_memory_round(length);
    const int64_t wrong = KERNEL(msync, 0, 0, flags); /* checks the flags alone */
    if (wrong < 0 || addr.v % GUEST_PAGE != 0) {
        return wrong < 0 ? wrong : -EINVAL;
    }
    return wali_memory_wraps(addr, bytes) ? -ENOMEM : wali_memory_each(addr, bytes, &visit);
}

/* Like the kernel's, mincore(2) tells of the pages before the first one that is not mapped. */
int64_t sys_mincore(gaddr_t addr, uint32_t length, gaddr_t vec)
{
    void *bytes;
    if (addr.v % GUEST_PAGE != 0) {
        return -EINVAL;
    }
    if (length > GUEST_SPAN - addr.v ||
        wali_memory_wraps(addr, length == 0 ? GUEST_PAGE : wali_memory_round(length))) {
        return -ENOMEM;
    }
    if (!guest_range(vec, (length + UINT64_C(4095)) / GUEST_PAGE, &bytes)) {
        return -EFAULT;
    }
    const uint64_t part = wali_memory_mapped_part(addr, length);
    const int64_t result = KERNEL(mincore, wali_base + addr.v, part < length ? part : length, bytes);
    return result == 0 && part < length ? -ENOMEM : result;
}

/* A range without a host address is one that no memory has: its length is judged before. */
static int64_t lock_memory(void *host, uint64_t bytes, int flags)
{
    if (host == NOWHERE) {
        const int64_t refused = wali_memory_lock_allowed(bytes);
        return refused < 0 ? refused : -EINVAL;
    }
    return KERNEL(mlock2, host, bytes, flags);
}

static int64_t unlock_memory(void *host, uint64_t bytes, int unused)
{
    (void)unused;
    return host == NOWHERE ? -EINVAL : KERNEL(munlock, host, bytes);
}

/* mlock(2) takes any address, and locks all pages that hold a part of the range.  Like the kernel's,
 * it goes to the first page that is not mapped. */
static int64_t visit_pages(gaddr_t addr, uint32_t size, int64_t (*call)(void *, uint64_t, int),
                           uint32_t flags)
{
    const struct wali_memory_visit visit = {call, (int)flags, true, true};
    const uint32_t before = addr.v % GUEST_PAGE;
    const uint32_t bytes = wali_memory_round(size + before);
    const gaddr_t start = gaddr(addr.v - before);
    if (bytes == 0) {
        return call(NULL, 0, (int)flags); /* EPERM, if the user may lock nothing */
    }
    return wali_memory_wraps(start, bytes) ? call(NOWHERE, bytes, (int)flags)
                                           : wali_memory_each(start, bytes, &visit);
}

int64_t sys_mlock(gaddr_t addr, uint32_t size)
{
    return visit_pages(addr, size, lock_memory, 0);
}

int64_t sys_mlock2(gaddr_t addr, uint32_t size, uint32_t flags)
{
    if ((flags & ~(uint32_t)MLOCK_ONFAULT) != 0) {
        return -EINVAL;
    }
    return visit_pages(addr, size, lock_memory, flags);
}

int64_t sys_munlock(gaddr_t addr, uint32_t size)
{
    return visit_pages(addr, size, unlock_memory, 0);
}

/* Natively a stack is mapped as far as it has grown, and the rest does not count against
 * RLIMIT_MEMLOCK.  In a module whose memory begins with the first thread's stack, the memory well
 * below the stack pointer is not locked. */
#define GROWN_AT_LEAST (UINT32_C(128) << 10)

static gaddr_t first_to_lock(const struct wali_thread *self)
{
    const uint32_t stack = stack_pointer_get(self) & ~(uint32_t)(GUEST_PAGE - 1);
    const bool is_first = self->tid == KERNEL(getpid);
    return gaddr(
        is_first && stack > GROWN_AT_LEAST && wali_memory_page_zero_is_closed() ? stack - GROWN_AT_LEAST : 0);
}

int64_t sys_mlockall(int32_t flags)
{
    const bool now = (flags & MCL_CURRENT) != 0;
    const bool future = (flags & MCL_FUTURE) != 0;
    if ((flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) != 0 || (!now && !future)) {
        return -EINVAL;
    }
    return wali_memory_lock_all(now, first_to_lock(wali_self), future, (flags & MCL_ONFAULT) != 0);
}

int64_t sys_munlockall(void)
{
    return wali_memory_unlock_all();
}
