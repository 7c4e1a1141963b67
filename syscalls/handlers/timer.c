/* timer_settime(2) and its family, by number: a timer of the runtime's own does not exist for the guest. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/signals/retry_timer.h"

#include <errno.h>
#include <time.h>

static void *times(gaddr_t from)
{
    return host_pointer(from, sizeof(struct itimerspec));
}

int64_t sys_timer_settime(int32_t timer, uint32_t flags, gaddr_t new_value, gaddr_t old_value)
{
    if (retry_timer_is(timer)) {
        return -EINVAL;
    }
    return KERNEL(timer_settime, timer, flags, times(new_value), times(old_value));
}

int64_t sys_timer_gettime(int32_t timer, gaddr_t value)
{
    return retry_timer_is(timer) ? -EINVAL : KERNEL(timer_gettime, timer, times(value));
}

int64_t sys_timer_getoverrun(int32_t timer)
{
    return retry_timer_is(timer) ? -EINVAL : KERNEL(timer_getoverrun, timer);
}

int64_t sys_timer_delete(int32_t timer)
{
    return retry_timer_is(timer) ? -EINVAL : KERNEL(timer_delete, timer);
}
