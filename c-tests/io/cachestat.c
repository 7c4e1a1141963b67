/* CALLS: cachestat */
/* REQUIRES: linux-6.5 */
#include "check.h"

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

int main(void)
{
    static char page[4096];
    struct {
        uint64_t offset, length;
    } range = {0, 8192};
    uint64_t counts[5] = {0}; /* cached, dirty, under write-back, evicted, recently evicted */

    int fd = make_file("file", "");
    OK(write(fd, page, sizeof page));
    OK(write(fd, page, sizeof page));
    IS(RAW(SYS_cachestat, fd, &range, counts, 0), 0);
    IS(counts[0], 2);
    ERR(RAW(SYS_cachestat, fd, &range, counts, 1), EINVAL);
    ERR(RAW(SYS_cachestat, -1, &range, counts, 0), EBADF);
    ERR(RAW(SYS_cachestat, fd, bad_pointer(), counts, 0), EFAULT);
    ERR(RAW(SYS_cachestat, fd, &range, bad_pointer(), 0), EFAULT);
    return done();
}
