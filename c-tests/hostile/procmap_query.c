/* The request whose structure holds addresses to which the kernel would write: as on kernels before 6.11. */
#include "check.h"

#include <sys/ioctl.h>

#define PROCMAP_QUERY 0xc0686611U

int main(void)
{
    unsigned long long query[13] = {sizeof query};
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    ERR(ioctl(fd, (int)PROCMAP_QUERY, query), ENOTTY);
    ERR(ioctl(-1, (int)PROCMAP_QUERY, query), EBADF);
    CHECK(query[0] == sizeof query && query[1] == 0);
    return done();
}
