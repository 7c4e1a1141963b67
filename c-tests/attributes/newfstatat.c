/* CALLS: newfstatat */
#include "kernel_stat.h"

static long long look(int directory, const char *path, struct kernel_stat *status, int flags)
{
    return RAW(SYS_newfstatat, directory, path, status, flags);
}

int main(void)
{
    struct kernel_stat status;
    OK(mkdir("directory", 0755));
    close(make_file("directory/file", "0123"));
    OK(symlink("directory/file", "link"));
    int directory = (int)OK(open("directory", O_RDONLY)), fd = (int)OK(open("directory/file", O_RDONLY));

    IS(look(AT_FDCWD, "directory/file", &status, 0), 0);
    IS(status.size, 4);
    IS(look(directory, "file", &status, 0), 0);
    IS(status.size, 4);
    IS(look(-1, "/dev/null", &status, 0), 0); /* absolute: the descriptor does not count */
    IS(status.rdev, 0x103);
    IS(look(AT_FDCWD, "link", &status, 0), 0);
    CHECK(S_ISREG(status.mode));
    IS(look(AT_FDCWD, "link", &status, AT_SYMLINK_NOFOLLOW), 0);
    CHECK(S_ISLNK(status.mode));
    IS(look(fd, "", &status, AT_EMPTY_PATH), 0);
    IS(status.size, 4);
    IS(look(AT_FDCWD, "", &status, AT_EMPTY_PATH), 0);
    CHECK(S_ISDIR(status.mode));

    ERR(look(directory, "missing", &status, 0), ENOENT);
    ERR(look(fd, "", &status, 0), ENOENT);
    ERR(look(fd, "file", &status, 0), ENOTDIR);
    ERR(look(-1, "file", &status, 0), EBADF);
    ERR(look(9999, "file", &status, 0), EBADF);
    ERR(look(-1, "", &status, AT_EMPTY_PATH), EBADF);
    ERR(look(AT_FDCWD, "link", &status, 0x40000), EINVAL);
    ERR(look(AT_FDCWD, "link", &status, -1), EINVAL);
    ERR(look(AT_FDCWD, bad_pointer(), &status, 0), EFAULT);
    ERR(look(AT_FDCWD, "link", bad_pointer(), 0), EFAULT);
    return done();
}
