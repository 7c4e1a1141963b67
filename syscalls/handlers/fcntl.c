/* fcntl(2): the command says what the third argument is. */
#define _GNU_SOURCE

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <fcntl.h>

#ifndef F_DUPFD_QUERY /* since Linux 6.10 */
#define F_DUPFD_QUERY 1027
#endif
#ifndef F_CREATED_QUERY /* since Linux 6.12 */
#define F_CREATED_QUERY 1028
#endif
#ifndef F_GETOWNER_UIDS
#define F_GETOWNER_UIDS 17
#endif

#define F_UNKNOWN INT32_MIN /* no kernel will give this number a meaning */

enum argument { NUMBER = 0, UNKNOWN = -1 }; /* all other values are the bytes behind an address */

/* The guest lays out all these structs as x86-64 does. */
static int argument_of(int32_t cmd)
{
    switch (cmd) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_DUPFD_QUERY:
    case F_CREATED_QUERY:
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
    case F_GETOWN:
    case F_SETOWN:
    case F_GETSIG:
    case F_SETSIG:
    case F_GETLEASE:
    case F_SETLEASE:
    case F_NOTIFY:
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
    case F_ADD_SEALS:
    case F_GET_SEALS:
        return NUMBER;
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return sizeof(struct flock);
    case F_GETOWN_EX:
    case F_SETOWN_EX:
        return sizeof(struct f_owner_ex);
    case F_GETOWNER_UIDS:
        return 2 * sizeof(uint32_t);
    case F_GET_RW_HINT:
    case F_SET_RW_HINT:
    case F_GET_FILE_RW_HINT:
    case F_SET_FILE_RW_HINT:
        return sizeof(uint64_t);
    default:
        return UNKNOWN;
    }
}

/* The 64-bit argument is sign- or zero-extended, as the guest's libc likes, so only its low half
 * counts.  A command that is not listed might take an address, and the guest's number would be an
 * address of the host.  Then the kernel is asked with a command that no kernel knows, and says
 * EBADF or EINVAL. */
int64_t sys_fcntl(int32_t fd, int32_t cmd, int64_t arg)
{
    int size = argument_of(cmd);
    if (size == UNKNOWN) {
        return KERNEL(fcntl, fd, F_UNKNOWN, 0);
    }
    if (size == NUMBER) {
        return KERNEL_WAIT(fcntl, fd, cmd, (int32_t)arg);
    }
    return KERNEL_WAIT(fcntl, fd, cmd, host_pointer(gaddr((uint32_t)arg), (uint64_t)size));
}
