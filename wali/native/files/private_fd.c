#include "wali/native/files/private_fd.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>

/* A program expects 3 from its first open(2), and shells use 10 to 255.  So the number is at least
 * 1000 if RLIMIT_NOFILE is above 1024; at least 10 if the limit is 64 or less; else one of the last
 * 16 allowed. */
int64_t wali_private_fd(int fd)
{
    struct rlimit limit;
    uint64_t lowest = 10;
    if (KERNEL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur > 64) {
        lowest = limit.rlim_cur > 1024 ? 1000 : limit.rlim_cur - 16;
    }
    return KERNEL(fcntl, fd, F_DUPFD_CLOEXEC, lowest);
}
