/* CALLS: setrlimit, write, pwrite64, ftruncate, truncate, fallocate */
/* RLIMIT_FSIZE: writes are cut short at the limit, and fail beyond it. */
#include "check.h"

#include <signal.h>
#include <sys/resource.h>

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    int fd = make_file("file", "");
    struct rlimit limit = {8, 8};
    OK(setrlimit(RLIMIT_FSIZE, &limit));
    IS(write(fd, "0123456789", 10), 8);
    ERR(write(fd, "x", 1), EFBIG);
    ERR(pwrite(fd, "x", 1, 8), EFBIG);
    IS(pwrite(fd, "xyz", 3, 7), 1);
    ERR(ftruncate(fd, 9), EFBIG);
    ERR(truncate("file", 9), EFBIG);
    ERR2(fallocate(fd, 0, 0, 9), EFBIG, EOPNOTSUPP);
    IS(ftruncate(fd, 8), 0);
    int ends[2];
    OK(pipe(ends));
    IS(write(ends[1], "0123456789", 10), 10); /* the limit is for files */
    return done();
}
