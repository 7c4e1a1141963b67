/* Advice on mapped memory: madvise(2), msync(2), mincore(2), mlock(2). */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/memory.h"
#include "wali/native/thread/thread.h"

#include <sys/mman.h>

/* Checks a range as these calls do: the address is a multiple of the page size, the end lies inside
 * the guest.  0, -EINVAL, or `error` for a wrong end. */
static int64_t check_range(gaddr_t addr, uint32_t length, int64_t error)
{
    if (addr.v % GUEST_PAGE != 0) {
        return -EINVAL;
    }
    return length > GUEST_SPAN - addr.v ? error : 0;
}

static int64_t advise(void *host, uint64_t bytes, int advice)
{
    return KERNEL(madvise, host, bytes, advice);
}

enum effect { REFUSED, PASSES, SETS_ATTRIBUTE };

/* Refused is advice that would leave a hole in a child's reservation (MADV_DONTFORK), or would
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
    default:
        return SETS_ATTRIBUTE; /* or advice that the kernel does not know either */
    }
}

int64_t sys_madvise(gaddr_t addr, uint32_t length, int32_t advice)
{
    const enum effect effect = effect_of(advice);
    const int64_t wrong = check_range(addr, length, -EINVAL);
    if (effect == REFUSED || wrong < 0) {
        return advice == MADV_HWPOISON || advice == 101 ? -EPERM : -EINVAL;
    }
    const struct wali_memory_visit visit = {advise, advice, effect == SETS_ATTRIBUTE};
    if (length == 0) { /* the kernel knows which advice exists */
        return KERNEL(madvise, 0, 0, advice);
    }
    return wali_memory_each(addr, length, &visit);
}

static int64_t sync_file(void *host, uint64_t bytes, int flags)
{
    return KERNEL(msync, host, bytes, flags);
}

int64_t sys_msync(gaddr_t addr, uint32_t length, int32_t flags)
{
    const struct wali_memory_visit visit = {sync_file, flags, false};
    const int64_t wrong = KERNEL(msync, 0, 0, flags); /* checks the flags alone */
    if (wrong < 0) {
        return wrong;
    }
    const int64_t wrong_range = check_range(addr, length, -ENOMEM);
    return wrong_range < 0 ? wrong_range : wali_memory_each(addr, length, &visit);
}

int64_t sys_mincore(gaddr_t addr, uint32_t length, gaddr_t vec)
{
    void *bytes;
    const int64_t wrong = check_range(addr, length, -ENOMEM);
    if (wrong < 0) {
        return wrong;
    }
    if (!wali_memory_is_mapped(addr, length)) {
        return -ENOMEM;
    }
    if (!guest_range(vec, (length + UINT64_C(4095)) / GUEST_PAGE, &bytes)) {
        return -EFAULT;
    }
    return KERNEL(mincore, wali_base + addr.v, length, bytes);
}

static int64_t lock_memory(void *host, uint64_t bytes, int flags)
{
    return KERNEL(mlock2, host, bytes, flags);
}

static int64_t unlock_memory(void *host, uint64_t bytes, int unused)
{
    (void)unused;
    return KERNEL(munlock, host, bytes);
}

/* mlock(2) takes any address, and locks all pages that hold a part of the range. */
static int64_t visit_pages(gaddr_t addr, uint32_t size, int64_t (*call)(void *, uint64_t, int),
                           uint32_t flags)
{
    const struct wali_memory_visit visit = {call, (int)flags, true};
    const uint32_t before = addr.v % GUEST_PAGE;
    const uint64_t length = size + (uint64_t)before;
    const gaddr_t start = gaddr(addr.v - before);
    if (size == 0) {
        return 0;
    }
    if (length > GUEST_SPAN - start.v) {
        return -EINVAL;
    }
    return wali_memory_each(start, length, &visit);
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
 * RLIMIT_MEMLOCK.  A module whose memory begins with the first thread's stack has no access to the
 * lowest page (docs/SDK.md).  In such a module the memory well below the stack pointer is not
 * locked. */
#define GROWN_AT_LEAST (UINT32_C(128) << 10)

static gaddr_t first_to_lock(const struct wali_thread *self)
{
    uint8_t byte;
    const uint32_t stack = stack_pointer_get(self) & ~(uint32_t)(GUEST_PAGE - 1);
    const bool is_first = self->tid == KERNEL(getpid);
    return gaddr(is_first && stack > GROWN_AT_LEAST && !copy_in(&byte, gaddr(0), 1) ? stack - GROWN_AT_LEAST
                                                                                    : 0);
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
