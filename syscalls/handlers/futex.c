/* futex(2) and its successors, on the guest's own words.  The kernel identifies a futex by page and
 * offset.  So threads and processes that share the page meet, guests and native ones. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/futex.h>
#include <time.h>

/* Whether the operation's fourth argument is a number (futex(2)).  In all others it is a timeout, or
 * ignored, and a later kernel's might take one. */
static bool takes_number(int32_t op)
{
    switch (op & FUTEX_CMD_MASK) {
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_WAKE_OP:
    case FUTEX_CMP_REQUEUE_PI:
        return true;
    default:
        return false;
    }
}

int64_t sys_futex(gaddr_t word, int32_t op, uint32_t value, gaddr_t timeout, gaddr_t word2, uint32_t value3)
{
    void *fourth =
        takes_number(op) ? (void *)(uintptr_t)timeout.v : host_pointer(timeout, sizeof(struct timespec));
    return KERNEL_WAIT(futex, host_pointer(word, 4), op, value, fourth, host_pointer(word2, 4), value3);
}

/* Copies the waiters, with host addresses.  The guest's are 64-bit numbers. */
static int64_t waiters_in(struct futex_waitv *waiters, gaddr_t from, uint32_t count)
{
    if (!copy_in(waiters, from, count * sizeof *waiters)) {
        return -EFAULT;
    }
    for (uint32_t i = 0; i < count; i++) {
        waiters[i].uaddr = (uintptr_t)wide_host_pointer(waiters[i].uaddr, 4);
    }
    return 0;
}

int64_t sys_futex_waitv(gaddr_t from, uint32_t count, uint32_t flags, gaddr_t timeout, int32_t clock)
{
    void *until = host_pointer(timeout, sizeof(struct timespec));
    struct futex_waitv waiters[FUTEX_WAITV_MAX];
    if (from.v == 0 || count == 0 || count > FUTEX_WAITV_MAX) { /* EINVAL in each case */
        return KERNEL_WAIT(futex_waitv, NULL, count, flags, until, clock);
    }
    int64_t result = waiters_in(waiters, from, count);
    if (result < 0) {
        return result;
    }
    return KERNEL_WAIT(futex_waitv, waiters, count, flags, until, clock);
}

int64_t sys_futex_wait(gaddr_t word, uint64_t value, uint64_t mask, uint32_t flags, gaddr_t timeout,
                       int32_t clock)
{
    return KERNEL_WAIT(futex_wait, host_pointer(word, 4), value, mask, flags,
                       host_pointer(timeout, sizeof(struct timespec)), clock);
}

int64_t sys_futex_wake(gaddr_t word, uint64_t mask, int32_t count, uint32_t flags)
{
    return KERNEL(futex_wake, host_pointer(word, 4), mask, count, flags);
}

int64_t sys_futex_requeue(gaddr_t from, uint32_t flags, int32_t wake, int32_t requeue)
{
    struct futex_waitv waiters[2];
    if (from.v == 0 || flags != 0) {
        return KERNEL(futex_requeue, NULL, flags, wake, requeue);
    }
    int64_t result = waiters_in(waiters, from, 2);
    if (result < 0) {
        return result;
    }
    return KERNEL(futex_requeue, waiters, flags, wake, requeue);
}
