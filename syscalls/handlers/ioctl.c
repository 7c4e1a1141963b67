/* ioctl(2): what the third argument is depends on the request.
 *
 * Only what has a row in syscalls/ioctls/ reaches the kernel.  All else gets ENOTTY,
 * even where the number itself tells the argument's length: the struct could hold an
 * address, as the 64-bit fields of SG_IO, UFFDIO_COPY, PROCMAP_QUERY or V4L2 do, and
 * the guest could put any address of the host there.  Nor can an argument that might
 * be an address pass as a number: the host may well have something below 4 GiB (a
 * Python that is not position-independent has). */
#define _GNU_SOURCE

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/ioctls.h"
#include "wali/native/base/kernel.h"

#include <fcntl.h>

/* The kernel reads the number of elements again, and by then another thread may
 * have raised it; but it goes through them in order, and the guard behind guest
 * memory ends that with EFAULT. */
static void *counted(const struct ioctl_argument *argument, gaddr_t arg)
{
    uint32_t count = 0; /* little endian: two bytes are enough for a short one */
    if (argument->counter.width != 0 &&
        !copy_in(&count, gaddr_add(arg, argument->counter.offset), argument->counter.width)) {
        return NOWHERE;
    }
    return host_pointer(arg, argument->size + (uint64_t)count * argument->counter.element);
}

/* What the kernel says to a request that no file knows. */
static int64_t unknown(int32_t fd)
{
    int64_t flags = KERNEL(fcntl, fd, F_GETFL);
    return flags < 0 || (flags & O_PATH) != 0 ? -EBADF : -ENOTTY;
}

int64_t sys_ioctl(int32_t fd, uint32_t request, uint32_t arg)
{
    struct ioctl_argument argument = ioctl_argument_of(request);
    switch (argument.kind) {
    case IOCTL_NUMBER:
        return KERNEL_WAIT(ioctl, fd, request, arg);
    case IOCTL_ADDRESS:
        return KERNEL_WAIT(ioctl, fd, argument.request != 0 ? argument.request : request,
                           counted(&argument, gaddr(arg)));
    case IOCTL_REWRITTEN:
        return argument.function(fd, request, gaddr(arg));
    default:
        return unknown(fd);
    }
}
