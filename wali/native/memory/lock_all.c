#define _GNU_SOURCE
#include "wali/native/memory/lock_all.h"

#include "wali/native/base/host_maps.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/resource.h>

static int64_t lock_pages(void *host, uint64_t bytes, int flags)
{
    return KERNEL(mlock2, host, bytes, flags);
}

static int64_t unlock_pages(void *host, uint64_t bytes, int unused)
{
    (void)unused;
    return KERNEL(munlock, host, bytes);
}

static bool may_exceed_limit(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
    return KERNEL(capget, &header, data) == 0 && (data[0].effective & (1U << CAP_IPC_LOCK)) != 0;
}

int64_t wali_memory_lock_allowed(uint64_t bytes)
{
    struct rlimit limit;
    const int64_t refused = KERNEL(mlock2, 0, 0, 0); /* EPERM if the limit is 0 */
    if (refused < 0 || KERNEL(prlimit64, 0, RLIMIT_MEMLOCK, NULL, &limit) < 0) {
        return refused;
    }
    return bytes > limit.rlim_cur && !may_exceed_limit() ? -ENOMEM : 0;
}

/* mlockall(2) checks the limit before it locks anything, against all that is mapped. */
static int64_t check_limit(gaddr_t from)
{
    memory_lock();
    memory_sync_size();
    const uint64_t bytes = pages_count(page_of(from.v), GUEST_PAGES - page_of(from.v)) * PAGE_BYTES;
    memory_unlock();
    return wali_memory_lock_allowed(bytes);
}

/* Pages that cannot be provided (no access, behind the end of a file) are no error of mlockall(2).
 * mlock2(2) answers ENOMEM for them, and for the limit, too; it has marked the range as locked in
 * the first case alone, and then the same call on fault succeeds. */
static int64_t lock_range(void *host, uint64_t bytes, bool *incomplete)
{
    const int64_t result = lock_pages(host, bytes, 0);
    if (result != -ENOMEM) {
        return result;
    }
    *incomplete = true;
    return lock_pages(host, bytes, MLOCK_ONFAULT);
}

/* Locks the guest's pages from an address on.  *incomplete tells whether some lack, and with them
 * those that follow in their run of pages. */
static int64_t lock_runs(gaddr_t from, bool on_fault, bool *incomplete)
{
    uint32_t start = page_of(from.v), stop;
    while (memory_next_run(&start, &stop, GUEST_PAGES, true)) {
        uint8_t *host = wali_base + start * PAGE_BYTES;
        const uint64_t bytes = (stop - start) * PAGE_BYTES;
        const int64_t result =
            on_fault ? lock_pages(host, bytes, MLOCK_ONFAULT) : lock_range(host, bytes, incomplete);
        if (result < 0) {
            return result;
        }
        start = stop;
    }
    return 0;
}

static int64_t lock_quietly(void *host, uint64_t bytes, int flags)
{
    lock_pages(host, bytes, flags);
    return 0;
}

/* Provides the pages of one mapping of the kernel's, as far as it has pages. */
static bool provide(uint64_t start, uint64_t end, void *from)
{
    static const struct wali_memory_visit visit = {.call = lock_quietly, .attributes = true};
    const uint64_t base = (uintptr_t)wali_base;
    const uint64_t first = base + ((const gaddr_t *)from)->v;
    const uint64_t low = start > first ? start : first;
    const uint64_t high = end < base + GUEST_SPAN ? end : base + GUEST_SPAN;
    if (low < high) {
        wali_memory_each(gaddr((uint32_t)(low - base)), high - low, &visit);
    }
    return true;
}

int64_t wali_memory_lock_all(bool now, gaddr_t from, bool future, bool on_fault)
{
    bool incomplete = false;
    from.v = from.v < GUEST_PAGE ? GUEST_PAGE : from.v; /* page 0 is no mapping */
    int64_t result = now ? check_limit(from) : KERNEL(mlock2, 0, 0, 0);
    if (result == 0 && now) {
        result = lock_runs(from, on_fault, &incomplete);
    }
    if (result < 0) {
        return result;
    }
    if (incomplete) {
        host_maps_each(provide, &from);
    }
    memory_lock();
    memory_set_future_locks(!future ? LOCKS_NOTHING : on_fault ? LOCKS_ON_FAULT : LOCKS);
    memory_unlock();
    return 0;
}

int64_t wali_memory_unlock_all(void)
{
    static const struct wali_memory_visit visit = {.call = unlock_pages, .attributes = true};
    memory_lock();
    memory_set_future_locks(LOCKS_NOTHING);
    memory_unlock();
    wali_memory_each(gaddr(GUEST_PAGE), GUEST_SPAN - GUEST_PAGE, &visit);
    return 0;
}
