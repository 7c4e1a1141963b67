/* ioctl(2): the request says what the third argument is.
 *
 * Only requests with a row in syscalls/ioctls/ reach the kernel.  All others get ENOTTY, even if
 * the number tells the argument's length.  The struct could hold an address, as the 64-bit fields
 * of SG_IO, UFFDIO_COPY, PROCMAP_QUERY or V4L2 do, and the guest could put any address of the host
 * there.  An argument that might be an address may not pass as a number either: a process may have
 * mappings below 4 GiB. */
#define _GNU_SOURCE

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/ioctls.h"
#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* The address of the argument for the kernel, with the elements that it counts.  The kernel reads
 * the count again, and another thread may have raised it by then.  But the kernel goes through the
 * elements in order, and meets the guard behind guest memory with EFAULT. */
static void *counted(const struct ioctl_argument *argument, gaddr_t arg)
{
    uint32_t count = 0; /* two bytes suffice for a 16-bit count: both sides are little-endian */
    if (argument->counter.width != 0 &&
        !copy_in(&count, gaddr_add(arg, argument->counter.offset), argument->counter.width)) {
        return NOWHERE;
    }
    return host_pointer(arg, argument->size + (uint64_t)count * argument->counter.element);
}

/* The kernel's answer to a request that no file knows. */
static int64_t unknown(int32_t fd)
{
    int64_t flags = KERNEL(fcntl, fd, F_GETFL);
    return flags < 0 || (flags & O_PATH) != 0 ? -EBADF : -ENOTTY;
}

/* Where no process has anything mapped (vm.mmap_min_addr). */
#define NEVER_MAPPED UINT32_C(0x10000)

static bool is_kind(int32_t fd, enum ioctl_file kind)
{
    struct statfs system;
    struct stat file;
    switch (kind) {
    case IOCTL_TUN:
        return KERNEL(fstat, fd, &file) == 0 && S_ISCHR(file.st_mode) && file.st_rdev == makedev(10, 200);
    case IOCTL_NAMESPACE:
        return KERNEL(fstatfs, fd, &system) == 0 && system.f_type == NSFS_MAGIC;
    case IOCTL_ANONYMOUS:
        return KERNEL(fstatfs, fd, &system) == 0 && system.f_type == ANON_INODE_FS_MAGIC;
    default:
        return false;
    }
}

/* A number, though the request says that it is an address.  A file that knows no requests of its
 * own believes that: FUSE copies as many bytes as the request says, and the guest may serve the
 * file.  So a number that could be an address of anything reaches only the kind of file that the
 * request is for.  Another thread could lead the descriptor elsewhere meanwhile: then it counts that
 * nothing of the host's lies below 4 GiB (base/low_addresses.h). */
static int64_t bounded(const struct ioctl_argument *argument, int32_t fd, uint32_t request, uint32_t arg)
{
    if (arg > argument->most) {
        arg = argument->most + 1;
    }
    if (arg + (uint64_t)_IOC_SIZE(request) > NEVER_MAPPED && !is_kind(fd, argument->only)) {
        return unknown(fd);
    }
    return KERNEL_WAIT(ioctl, fd, request, arg);
}

int64_t sys_ioctl(int32_t fd, uint32_t request, uint32_t arg)
{
    struct ioctl_argument argument = ioctl_argument_of(request);
    switch (argument.kind) {
    case IOCTL_NOTHING:
        return KERNEL_WAIT(ioctl, fd, request, 0);
    case IOCTL_NUMBER:
        return KERNEL_WAIT(ioctl, fd, request, arg);
    case IOCTL_BOUNDED:
        return bounded(&argument, fd, request, arg);
    case IOCTL_ADDRESS:
        return KERNEL_WAIT(ioctl, fd, argument.request != 0 ? argument.request : request,
                           counted(&argument, gaddr(arg)));
    case IOCTL_REWRITTEN:
        return argument.function(fd, request, gaddr(arg));
    default:
        return unknown(fd);
    }
}
