/* CALLS: newfstatat, statx */
/* stat through libc: its struct is laid out as the headers say, times with nanoseconds. */
#include "check.h"

int main(void)
{
    struct stat status, other;
    int fd = make_file("file", "0123456789");
    const struct timespec times[2] = {{1000000000, 123456789}, {4000000000LL, 987654321}};
    OK(futimens(fd, times));
    IS(stat("file", &status), 0);
    IS(status.st_size, 10);
    IS(status.st_atim.tv_sec, 1000000000);
    IS(status.st_mtim.tv_sec, 4000000000LL);
    IS(status.st_mtim.tv_nsec, 987654321);
    IS(fstat(fd, &other), 0);
    CHECK(status.st_ino == other.st_ino && status.st_dev == other.st_dev);
    CHECK(status.st_ctim.tv_sec == other.st_ctim.tv_sec && status.st_blocks == other.st_blocks);
    IS(lstat("file", &other), 0);
    CHECK(status.st_ino == other.st_ino && status.st_nlink == 1 && other.st_nlink == 1);
    IS(sizeof status.st_ino, 8);
    IS(sizeof status.st_size, 8);
    return done();
}
