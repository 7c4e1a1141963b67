/* getrlimit(2), setrlimit(2), prlimit(2).  Two of the limits are the memory manager's. */
#define _GNU_SOURCE
#include "wali/native/memory/limits.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/memory.h"

static int64_t exchange(int32_t resource, gaddr_t from, gaddr_t to)
{
    struct rlimit wanted, old;
    if (from.v != 0 && !copy_in(&wanted, from, sizeof wanted)) {
        return -EFAULT;
    }
    const int64_t result = wali_memory_limit(resource, from.v != 0 ? &wanted : NULL, &old);
    return result == 0 && to.v != 0 && !copy_out(to, &old, sizeof old) ? -EFAULT : result;
}

int64_t sys_getrlimit(int32_t resource, gaddr_t rlim)
{
    if (!limits_have(resource)) {
        return KERNEL(getrlimit, resource, host_pointer(rlim, sizeof(struct rlimit)));
    }
    return rlim.v == 0 ? -EFAULT : exchange(resource, gaddr(0), rlim);
}

int64_t sys_setrlimit(int32_t resource, gaddr_t rlim)
{
    if (!limits_have(resource)) {
        return KERNEL(setrlimit, resource, host_pointer(rlim, sizeof(struct rlimit)));
    }
    return rlim.v == 0 ? -EFAULT : exchange(resource, rlim, gaddr(0));
}

/* Whether an id is of this process: prlimit(2) takes that of any thread. */
static bool is_own(int32_t pid)
{
    const int64_t self = pid == 0 ? 0 : KERNEL(getpid);
    return pid == self || (pid > 0 && KERNEL(tgkill, self, pid, 0) == 0);
}

/* Of another guest the kernel's limits can be read and set.  That one makes what is set its own. */
int64_t sys_prlimit64(int32_t pid, int32_t resource, gaddr_t new_limit, gaddr_t old_limit)
{
    if (limits_have(resource) && is_own(pid)) {
        return exchange(resource, new_limit, old_limit);
    }
    return KERNEL(prlimit64, pid, resource, host_pointer(new_limit, sizeof(struct rlimit)),
                  host_pointer(old_limit, sizeof(struct rlimit)));
}
