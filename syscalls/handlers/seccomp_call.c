/* seccomp(2), and the same by prctl(2), with the kernel's order of errors. */
#include "syscalls/handlers/seccomp_call.h"

#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"
#include "wali/native/seccomp/bpf.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/thread.h"

#include <linux/capability.h>
#include <sys/prctl.h>

#ifndef SECCOMP_GET_NOTIF_SIZES
#define SECCOMP_GET_NOTIF_SIZES 3
#endif

/* SECCOMP_FILTER_FLAG_NEW_LISTENER is not among these: the kernel gives a supervisor's descriptor
 * for its own filters only.  A kernel that does not know the flag says EINVAL. */
#define KNOWN_FLAGS                                                                                          \
    (UINT32_C(0) | SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_LOG |   \
     SECCOMP_FILTER_FLAG_SPEC_ALLOW)

/* struct sock_fprog as the guest lays it out. */
struct guest_program {
    uint16_t length;
    uint32_t filter;
};

static bool has_capability(int capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    KERNEL(capget, &header, data);
    return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

static bool may_filter(void)
{
    return KERNEL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 || has_capability(CAP_SYS_ADMIN);
}

static int64_t set_filter(uint32_t flags, gaddr_t from)
{
    struct guest_program given;
    struct sock_filter program[SECCOMP_MOST_INSTRUCTIONS];
    if ((flags & ~KNOWN_FLAGS) != 0) {
        return -EINVAL;
    }
    if (!copy_in(&given, from, sizeof given)) {
        return -EFAULT;
    }
    if (given.length == 0 || given.length > SECCOMP_MOST_INSTRUCTIONS) {
        return -EINVAL;
    }
    if (!may_filter()) {
        return -EACCES;
    }
    if (given.filter == 0) {
        return -EINVAL;
    }
    if (!copy_in(program, gaddr(given.filter), given.length * sizeof program[0])) {
        return -EFAULT;
    }
    return bpf_is_sound(program, given.length) ? seccomp_add(wali_self, program, given.length, flags)
                                               : -EINVAL;
}

/* Whether a filter may answer with this action.  SECCOMP_RET_USER_NOTIF is left out, because there
 * are no listeners. */
static int64_t is_available(gaddr_t from)
{
    uint32_t action;
    if (!copy_in(&action, from, sizeof action)) {
        return -EFAULT;
    }
    switch (action) {
    case SECCOMP_RET_KILL_PROCESS:
    case SECCOMP_RET_KILL_THREAD:
    case SECCOMP_RET_TRAP:
    case SECCOMP_RET_ERRNO:
    case SECCOMP_RET_TRACE:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ALLOW:
        return 0;
    default:
        return -EOPNOTSUPP;
    }
}

/* The sizes of structures that guest and kernel lay out alike. */
static int64_t notif_sizes(gaddr_t to)
{
    static const struct {
        uint16_t notification, response, data;
    } sizes = {80, 24, sizeof(struct seccomp_data)};
    return copy_out(to, &sizes, sizeof sizes) ? 0 : -EFAULT;
}

int64_t sys_seccomp(uint32_t operation, uint32_t flags, gaddr_t args)
{
    switch (operation) {
    case SECCOMP_SET_MODE_STRICT:
        return flags == 0 && args.v == 0 ? seccomp_set_strict(wali_self) : -EINVAL;
    case SECCOMP_SET_MODE_FILTER:
        return set_filter(flags, args);
    case SECCOMP_GET_ACTION_AVAIL:
        return flags == 0 ? is_available(args) : -EINVAL;
    case SECCOMP_GET_NOTIF_SIZES:
        return flags == 0 ? notif_sizes(args) : -EINVAL;
    default:
        return -EINVAL;
    }
}

int64_t seccomp_prctl_set(uint64_t mode, uint64_t filter)
{
    switch (mode) {
    case SECCOMP_MODE_STRICT:
        return seccomp_set_strict(wali_self);
    case SECCOMP_MODE_FILTER:
        return filter < GUEST_SPAN ? set_filter(0, gaddr((uint32_t)filter)) : -EFAULT;
    default:
        return -EINVAL;
    }
}

/* If the guest has no filters, the runtime itself may run under some, and so does the guest. */
int64_t seccomp_prctl_get(void)
{
    const int mode = seccomp_mode(wali_self);
    return mode != SECCOMP_MODE_DISABLED ? mode : KERNEL(prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
}
