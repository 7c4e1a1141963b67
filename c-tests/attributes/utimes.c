/* CALLS: utime, utimes, futimesat */
/* The older ways to set times. */
#include "check.h"

#include <sys/time.h>
#include <utime.h>

static void show(const char *path)
{
    struct stat status;
    OK(stat(path, &status));
    say("%s: %lld.%09lld %lld.%09lld", path, (long long)status.st_atim.tv_sec,
        (long long)status.st_atim.tv_nsec, (long long)status.st_mtim.tv_sec,
        (long long)status.st_mtim.tv_nsec);
}

int main(void)
{
    int fd = make_file("file", "abc");
    OK(mkdir("directory", 0755));
    int directory = (int)OK(open("directory", O_RDONLY));
    const struct timeval times[2] = {{1000000000, 1}, {2000000000, 999999}};
    const struct timeval wrong[2] = {{0, 1000000}, {0, 0}};
    const struct timeval negative[2] = {{0, 0}, {0, -1}};
    const int64_t whole[2] = {1111111111, 5000000000};

    IS(RAW(SYS_utime, "file", whole), 0);
    show("file");
    IS(RAW(SYS_utimes, "file", times), 0);
    show("file");
    IS(RAW(SYS_utime, "file", NULL), 0);
    IS(RAW(SYS_utimes, "file", NULL), 0);
    struct stat status;
    OK(stat("file", &status));
    CHECK(status.st_mtime > 1700000000 && status.st_mtime < 4000000000LL);
    IS(RAW(SYS_futimesat, directory, "../file", times), 0);
    show("file");
    IS(RAW(SYS_futimesat, AT_FDCWD, "file", NULL), 0);
    IS(RAW(SYS_futimesat, fd, NULL, times), 0);
    show("file");

    ERR(RAW(SYS_utime, "missing", whole), ENOENT);
    ERR(RAW(SYS_utime, bad_pointer(), whole), EFAULT);
    ERR(RAW(SYS_utime, "file", bad_pointer()), EFAULT);
    ERR(RAW(SYS_utimes, "file", wrong), EINVAL);
    ERR(RAW(SYS_utimes, "file", negative), EINVAL);
    ERR(RAW(SYS_utimes, "missing", times), ENOENT);
    ERR(RAW(SYS_utimes, "file/below", times), ENOTDIR);
    ERR(RAW(SYS_utimes, bad_pointer(), times), EFAULT);
    ERR(RAW(SYS_utimes, "file", bad_pointer()), EFAULT);
    ERR(RAW(SYS_futimesat, -1, "file", times), EBADF);
    ERR(RAW(SYS_futimesat, fd, "file", times), ENOTDIR);
    ERR(RAW(SYS_futimesat, AT_FDCWD, "file", wrong), EINVAL);
    ERR(RAW(SYS_futimesat, AT_FDCWD, "file", bad_pointer()), EFAULT);
    return done();
}
