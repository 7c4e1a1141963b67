/* epoll_pwait(2).  struct epoll_event is packed in the kernel and in the guest, and its data has 64
 * bits on both sides. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/call_mask.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"

#include <sys/epoll.h>
#include <time.h>

_Static_assert(sizeof(struct epoll_event) == 12, "the kernel's packed struct epoll_event");

/* Any pointer will do for a count that the kernel refuses (EINVAL). */
static void *event_array(gaddr_t events, int32_t count)
{
    return host_pointer(events, count > 0 ? (uint64_t)count * sizeof(struct epoll_event) : 0);
}

/* epoll_pwait or epoll_pwait2, by number: only the timeout's type differs. */
static int64_t wait_for_events(int64_t number, int32_t epfd, gaddr_t events, int32_t count, int64_t timeout,
                               const struct call_mask *mask)
{
    begin_wait(mask);
    return end_wait(
        KERNEL_WAIT_NR(number, epfd, event_array(events, count), count, timeout, mask->set, SIGMASK_SIZE));
}

int64_t sys_epoll_pwait(int32_t epfd, gaddr_t events, int32_t count, int32_t timeout, gaddr_t sigmask,
                        uint32_t size)
{
    struct call_mask mask;
    int64_t result = call_mask_in(&mask, sigmask, size);
    return result < 0 ? result : wait_for_events(SYS_epoll_pwait, epfd, events, count, timeout, &mask);
}

int64_t sys_epoll_pwait2(int32_t epfd, gaddr_t events, int32_t count, gaddr_t timeout, gaddr_t sigmask,
                         uint32_t size)
{
    struct call_mask mask;
    int64_t result = call_mask_in(&mask, sigmask, size);
    if (result < 0) {
        return refused_mask(result, timeout);
    }
    const void *limit = host_pointer(timeout, sizeof(struct timespec));
    return wait_for_events(SYS_epoll_pwait2, epfd, events, count, (intptr_t)limit, &mask);
}
