/* socket(2), setsockopt(2), getsockopt(2): the option says what its value is.
 *
 * Only options with a row in syscalls/sockopts/ reach the kernel, with no more of the value than
 * the row says.  The value of any other could hold an address, as that of TCP_ZEROCOPY_RECEIVE
 * does, and the guest could put any address of the host there.  A later kernel may find an address
 * in what it adds to a structure. */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/sockopts.h"
#include "wali/native/base/kernel.h"

#include <stdbool.h>
#include <sys/socket.h>

/* RDS takes addresses of memory to read and write in control messages (linux/rds.h, struct
 * rds_rdma_args). */
int64_t sys_socket(int32_t domain, uint32_t type, int32_t protocol)
{
    return domain == AF_RDS ? -EAFNOSUPPORT : KERNEL(socket, domain, type, protocol);
}

/* An option that no level has.  Asked for it, the kernel gives its own answer to what it does not
 * know: in its order of errors, and by the kind of socket (ENOPROTOOPT, EOPNOTSUPP, EINVAL). */
#define NO_OPTION (-1)

static uint64_t positive(int32_t size)
{
    return size > 0 ? (uint64_t)size : 0;
}

/* The host address of a value of *size bytes, of which the kernel is to see no more than it knows.
 * *size becomes the kernel's: it ignores the rest, or refuses that size as it does the guest's. */
static void *bounded(const struct option_value *known, gaddr_t value, int32_t *size)
{
    if (positive(*size) > known->most) {
        if (known->cut == 0) {
            return NOWHERE;
        }
        *size = (int32_t)known->cut;
    }
    return host_pointer(value, positive(*size));
}

int64_t sys_setsockopt(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    struct option_value known = option_to_set(level, option);
    void *host;
    switch (known.kind) {
    case OPTION_BYTES:
        host = bounded(&known, value, &size);
        return KERNEL(setsockopt, fd, level, option, host, size);
    case OPTION_REWRITTEN:
        return known.set(fd, level, option, value, size);
    default:
        return KERNEL(setsockopt, fd, level, NO_OPTION, host_pointer(value, positive(size)), size);
    }
}

/* Gets bytes.  *size becomes what the kernel tells of it: of many options before it stores the value,
 * so also where that fails.  Where it was asked for less than the guest has room for, it is asked
 * once more, as the guest asked, for nothing that it could store anywhere. */
static int64_t bytes_got(const struct option_value *known, int32_t fd, int32_t level, int32_t option,
                         gaddr_t value, int32_t *size)
{
    int32_t told = *size;
    void *host = bounded(known, value, &told);
    const bool is_less = told != *size;
    const int64_t result = KERNEL(getsockopt, fd, level, option, host, &told);
    if (result < 0 && is_less) {
        return result == -EFAULT ? KERNEL(getsockopt, fd, level, option, NOWHERE, size) : result;
    }
    *size = told;
    return result;
}

static int64_t option_got(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t *size)
{
    struct option_value known = option_to_get(level, option);
    switch (known.kind) {
    case OPTION_BYTES:
        return bytes_got(&known, fd, level, option, value, size);
    case OPTION_REWRITTEN:
        return known.get(fd, level, option, value, size);
    default:
        return KERNEL(getsockopt, fd, level, NO_OPTION, host_pointer(value, positive(*size)), size);
    }
}

/* The kernel reads a copy of the size, because the guest could change its own after the check. */
int64_t sys_getsockopt(int32_t fd, int32_t level, int32_t option, gaddr_t value, gaddr_t size_at)
{
    int32_t given;
    if (!copy_in(&given, size_at, sizeof given)) {
        return KERNEL(getsockopt, fd, level, option, NOWHERE, NOWHERE);
    }
    int32_t size = given;
    int64_t result = option_got(fd, level, option, value, &size);
    if (size != given && !copy_out(size_at, &size, sizeof size)) {
        return -EFAULT;
    }
    return result;
}
