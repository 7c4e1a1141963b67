/* pselect(2), ppoll(2): the calls of their families that take a signal mask. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/entry.h"
#include "syscalls/handlers/call_mask.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"

#include <poll.h>
#include <time.h>

/* The last argument of pselect6 is a pointer to two words, because a system call has six registers
 * (select(2), "C library/kernel differences"). */
struct mask_argument {
    uint64_t mask; /* a guest address */
    uint64_t size;
};

static int64_t mask_argument_in(struct call_mask *mask, const struct mask_argument *given)
{
    if (given->mask >= GUEST_SPAN) {
        return given->size == SIGMASK_SIZE ? -EFAULT : -EINVAL;
    }
    return call_mask_in(mask, gaddr((uint32_t)given->mask), given->size);
}

int64_t sys_pselect6(int32_t n, gaddr_t reading, gaddr_t writing, gaddr_t excepting, gaddr_t timeout,
                     gaddr_t mask_argument)
{
    struct call_mask mask;
    struct mask_argument given = {0};
    if (mask_argument.v != 0 && !copy_in(&given, mask_argument, sizeof given)) {
        return -EFAULT;
    }
    int64_t result = mask_argument_in(&mask, &given);
    if (result < 0) {
        return refused_mask(result, timeout);
    }
    const struct {
        const sigmask_t *set;
        uint64_t size;
    } argument = {mask.set, SIGMASK_SIZE};
    uint64_t size = fd_set_size(n);
    begin_wait(&mask);
    return end_wait(KERNEL_WAIT(pselect6, n, host_pointer(reading, size), host_pointer(writing, size),
                                host_pointer(excepting, size), host_pointer(timeout, sizeof(struct timespec)),
                                &argument));
}

int64_t sys_ppoll(gaddr_t fds, uint64_t count, gaddr_t timeout, gaddr_t sigmask, uint32_t size)
{
    struct call_mask mask;
    int64_t result = call_mask_in(&mask, sigmask, size);
    if (result < 0) {
        return refused_mask(result, timeout);
    }
    /* nfds_t has 64 bits in the guest, but the kernel looks at 32. */
    void *set = host_pointer(fds, (uint64_t)(uint32_t)count * sizeof(struct pollfd));
    begin_wait(&mask);
    return end_wait(KERNEL_WAIT(ppoll, set, count, host_pointer(timeout, sizeof(struct timespec)), mask.set,
                                SIGMASK_SIZE));
}
