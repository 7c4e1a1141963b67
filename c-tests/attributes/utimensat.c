/* CALLS: utimensat */
#include "check.h"

static long long set(int directory, const char *path, const void *times, int flags)
{
    return RAW(SYS_utimensat, directory, path, times, flags);
}

static void show(const char *path)
{
    struct stat status;
    OK(lstat(path, &status));
    say("%s: %lld.%09lld %lld.%09lld", path, (long long)status.st_atim.tv_sec,
        (long long)status.st_atim.tv_nsec, (long long)status.st_mtim.tv_sec,
        (long long)status.st_mtim.tv_nsec);
}

int main(void)
{
    int fd = make_file("file", "abc");
    OK(symlink("file", "link"));
    OK(symlink("missing", "dangling"));
    const struct timespec both[2] = {{1000000000, 1}, {2000000000, 999999999}};
    const struct timespec first[2] = {{1234567890, 5}, {0, UTIME_OMIT}};
    const struct timespec none[2] = {{7, UTIME_OMIT}, {7, UTIME_OMIT}};
    const struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    const struct timespec before[2] = {{-1, 0}, {-100, 500}};

    IS(set(AT_FDCWD, "file", both, 0), 0);
    show("file");
    IS(set(AT_FDCWD, "file", first, 0), 0);
    show("file");
    IS(set(AT_FDCWD, "file", none, 0), 0);
    show("file");
    IS(set(AT_FDCWD, "file", before, 0), 0);
    show("file");
    IS(set(AT_FDCWD, "link", first, AT_SYMLINK_NOFOLLOW), 0);
    show("file");
    IS(set(AT_FDCWD, "link", both, 0), 0);
    IS(set(fd, NULL, first, 0), 0); /* no path: the descriptor itself, as futimens does it */
    show("file");
    IS(set(fd, "", both, AT_EMPTY_PATH), 0);
    show("file");
    IS(set(AT_FDCWD, "file", now, 0), 0);
    struct stat status;
    OK(stat("file", &status));
    CHECK(status.st_mtime > 1700000000 && status.st_mtime < 4000000000LL);
    IS(set(AT_FDCWD, "file", both, 0), 0);
    IS(set(AT_FDCWD, "file", NULL, 0), 0); /* no times: now */
    OK(stat("file", &status));
    CHECK(status.st_atime > 1500000000);

    const struct timespec wrong[2] = {{0, 1000000000}, {0, 0}};
    ERR(set(AT_FDCWD, "file", wrong, 0), EINVAL);
    const struct timespec negative[2] = {{0, 0}, {0, -1}};
    ERR(set(AT_FDCWD, "file", negative, 0), EINVAL);
    ERR(set(AT_FDCWD, "file", both, 1), EINVAL);
    ERR(set(AT_FDCWD, "missing", both, 0), ENOENT);
    ERR(set(AT_FDCWD, "dangling", both, 0), ENOENT);
    IS(set(AT_FDCWD, "dangling", both, AT_SYMLINK_NOFOLLOW), 0);
    ERR(set(AT_FDCWD, "file/below", both, 0), ENOTDIR);
    ERR(set(-1, "file", both, 0), EBADF);
    ERR(set(-1, NULL, both, 0), EBADF);
    ERR(set(fd, "file", both, 0), ENOTDIR);
    ERR(set(AT_FDCWD, bad_pointer(), both, 0), EFAULT);
    ERR(set(AT_FDCWD, "file", bad_pointer(), 0), EFAULT);
    OK(chmod("file", 0444));
    become_ordinary_user();
    ERR2(set(AT_FDCWD, "/etc/passwd", both, 0), EPERM, EROFS);
    ERR2(set(AT_FDCWD, "/etc/passwd", NULL, 0), EACCES, EROFS);
    return done();
}
