/* quotactl(2), quotactl_fd(2): the command says what lies behind the last argument.  The structures
 * are the kernel's, with fixed-width numbers. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/dqblk_xfs.h>
#include <linux/quota.h>

#define UNKNOWN UINT64_MAX

/* The bytes behind the address; 1 for a path, 0 if the kernel takes none, or UNKNOWN. */
static uint64_t bytes_behind(int32_t op)
{
    switch ((uint32_t)op >> SUBCMDSHIFT) {
    case Q_SYNC:
    case Q_QUOTAOFF:
    case Q_XQUOTASYNC:
        return 0;
    case Q_QUOTAON:
        return 1;
    case Q_GETFMT:
    case Q_XQUOTAON:
    case Q_XQUOTAOFF:
    case Q_XQUOTARM:
        return sizeof(uint32_t);
    case Q_GETINFO:
    case Q_SETINFO:
        return sizeof(struct if_dqinfo);
    case Q_GETQUOTA:
    case Q_SETQUOTA:
        return sizeof(struct if_dqblk);
    case Q_GETNEXTQUOTA:
        return sizeof(struct if_nextdqblk);
    case Q_XGETQUOTA:
    case Q_XSETQLIM:
    case Q_XGETNEXTQUOTA:
        return sizeof(struct fs_disk_quota);
    case Q_XGETQSTAT:
        return sizeof(struct fs_quota_stat);
    case Q_XGETQSTATV:
        return sizeof(struct fs_quota_statv);
    default:
        return UNKNOWN;
    }
}

int64_t sys_quotactl(int32_t op, gaddr_t special, int32_t id, gaddr_t addr)
{
    const uint64_t size = bytes_behind(op);
    if (size == UNKNOWN) {
        return -EINVAL;
    }
    return KERNEL(quotactl, op, host_pointer(special, 1), id, host_pointer(addr, size));
}

int64_t sys_quotactl_fd(int32_t fd, int32_t op, int32_t id, gaddr_t addr)
{
    const uint64_t size = bytes_behind(op);
    if (size == UNKNOWN) {
        return -EINVAL;
    }
    return KERNEL(quotactl_fd, fd, op, id, host_pointer(addr, size));
}
