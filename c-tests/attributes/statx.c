/* CALLS: statx */
#include "check.h"

static long long look(int directory, const char *path, int flags, unsigned mask, struct statx *status)
{
    return RAW(SYS_statx, directory, path, flags, mask, status);
}

int main(void)
{
    struct statx status;
    umask(0);
    int fd = make_file("file", "0123456789");
    OK(symlink("file", "link"));

    IS(sizeof status, 256);
    IS(look(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &status), 0);
    CHECK((status.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
    IS(status.stx_size, 10);
    IS(status.stx_mode, S_IFREG | 0644);
    IS(status.stx_nlink, 1);
    CHECK(status.stx_uid == geteuid());
    CHECK(status.stx_mtime.tv_sec > 1500000000 && status.stx_mtime.tv_nsec < 1000000000);
    struct stat plain;
    OK(stat("file", &plain));
    CHECK(plain.st_ino == status.stx_ino && (unsigned long long)plain.st_blocks == status.stx_blocks);

    IS(look(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status), 0);
    IS(status.stx_mode & S_IFMT, S_IFLNK);
    IS(look(fd, "", AT_EMPTY_PATH, STATX_ALL, &status), 0);
    IS(status.stx_size, 10);
    IS(look(AT_FDCWD, "/dev/null", 0, 0, &status), 0);
    IS(status.stx_rdev_major, 1);
    IS(status.stx_rdev_minor, 3);

    ERR(look(AT_FDCWD, "missing", 0, STATX_ALL, &status), ENOENT);
    ERR(look(AT_FDCWD, "", 0, STATX_ALL, &status), ENOENT);
    ERR(look(fd, "below", 0, STATX_ALL, &status), ENOTDIR);
    ERR(look(-1, "file", 0, STATX_ALL, &status), EBADF);
    ERR(look(AT_FDCWD, "file", 0, 1u << 31, &status), EINVAL);
    ERR(look(AT_FDCWD, "file", 1, STATX_ALL, &status), EINVAL);
    ERR(look(AT_FDCWD, "file", AT_STATX_SYNC_TYPE, STATX_ALL, &status), EINVAL);
    ERR(look(AT_FDCWD, bad_pointer(), 0, STATX_ALL, &status), EFAULT);
    ERR(look(AT_FDCWD, "file", 0, STATX_ALL, bad_pointer()), EFAULT);
    ERR(look(AT_FDCWD, long_name(300), 0, STATX_ALL, &status), ENAMETOOLONG);
    return done();
}
