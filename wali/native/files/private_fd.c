#include "wali/native/files/private_fd.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>

/* The runtime's own descriptors stay out of the guest's way: a program's first
 * open(2) gives 3, and 10 to 255 are what shells like. */
int64_t wali_private_fd(int fd)
{
    struct rlimit limit;
    uint64_t lowest = 10;
    if (KERNEL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur > 64) {
        lowest = limit.rlim_cur > 1024 ? 1000 : limit.rlim_cur - 16;
    }
    return KERNEL(fcntl, fd, F_DUPFD_CLOEXEC, lowest);
}
