/* CALLS: openat2 */
#include "check.h"

struct how {
    uint64_t flags, mode, resolve;
};

enum { NO_XDEV = 1, NO_MAGICLINKS = 2, NO_SYMLINKS = 4, BENEATH = 8, IN_ROOT = 16 };

static long long open2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
    struct how how = {flags, mode, resolve};
    return RAW(SYS_openat2, dirfd, path, &how, sizeof how);
}

static void flags(void)
{
    OK(open2(AT_FDCWD, "file", O_RDONLY, 0, 0));
    OK(open2(AT_FDCWD, "new", O_WRONLY | O_CREAT | O_EXCL, 0640, 0));
    ERR(open2(AT_FDCWD, "new", O_WRONLY | O_CREAT | O_EXCL, 0640, 0), EEXIST);
    ERR(open2(AT_FDCWD, "none", O_RDONLY, 0, 0), ENOENT);
    /* What openat ignores is an error here. */
    ERR(open2(AT_FDCWD, "file", O_RDONLY, 0600, 0), EINVAL);
    ERR(open2(AT_FDCWD, "new2", O_WRONLY | O_CREAT, 0100000, 0), EINVAL);
    ERR(open2(AT_FDCWD, "file", O_RDONLY | 0x10000000, 0, 0), EINVAL);
    ERR(open2(AT_FDCWD, "file", UINT64_C(1) << 32, 0, 0), EINVAL);
    ERR(open2(AT_FDCWD, "file", O_PATH | O_RDWR | O_TRUNC, 0, 0), EINVAL);
    ERR(open2(AT_FDCWD, "file", O_RDONLY, 0, UINT64_C(1) << 40), EINVAL);
    int fd = (int)OK(open2(AT_FDCWD, "file", O_RDONLY | O_CLOEXEC, 0, 0));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

static void resolving(void)
{
    int dir = (int)OK(open("dir", O_PATH));
    OK(open2(dir, "inner", O_RDONLY, 0, BENEATH));
    OK(open2(dir, "sub/../inner", O_RDONLY, 0, BENEATH));
    ERR(open2(dir, "../file", O_RDONLY, 0, BENEATH), EXDEV);
    ERR(open2(dir, "/dev/null", O_RDONLY, 0, BENEATH), EXDEV);
    ERR(open2(dir, "out", O_RDONLY, 0, BENEATH), EXDEV);
    OK(open2(dir, "out", O_RDONLY, 0, 0));

    OK(open2(dir, "/inner", O_RDONLY, 0, IN_ROOT));
    OK(open2(dir, "../../../inner", O_RDONLY, 0, IN_ROOT));
    ERR(open2(dir, "/dev/null", O_RDONLY, 0, IN_ROOT), ENOENT);
    ERR(open2(dir, "inner", O_RDONLY, 0, BENEATH | IN_ROOT), EINVAL);

    ERR(open2(dir, "out", O_RDONLY, 0, NO_SYMLINKS), ELOOP);
    ERR(open2(AT_FDCWD, "dirlink/inner", O_RDONLY, 0, NO_SYMLINKS), ELOOP);
    OK(open2(AT_FDCWD, "dirlink/inner", O_RDONLY, 0, NO_MAGICLINKS));
    ERR(open2(AT_FDCWD, "/proc/self/cwd/file", O_RDONLY, 0, NO_MAGICLINKS), ELOOP);
    OK(open2(AT_FDCWD, "/proc/self/cwd/file", O_RDONLY, 0, 0));
    ERR(open2(AT_FDCWD, "/proc/self/comm", O_RDONLY, 0, NO_XDEV), EXDEV);
}

static void sizes(void)
{
    static unsigned char large[8192];
    struct how *how = (struct how *)large;
    how->flags = O_RDONLY;
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", how, 0), EINVAL);
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", how, sizeof *how - 1), EINVAL);
    OK(RAW(SYS_openat2, AT_FDCWD, "file", how, sizeof *how + 8));
    OK(RAW(SYS_openat2, AT_FDCWD, "file", how, 4096));
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", how, 4097), E2BIG);
    large[100] = 1; /* a field that no kernel knows */
    OK(RAW(SYS_openat2, AT_FDCWD, "file", how, 100));
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", how, 101), E2BIG);
}

int main(void)
{
    mkdir("dir", 0700);
    mkdir("dir/sub", 0700);
    close(make_file("file", ""));
    close(make_file("dir/inner", ""));
    symlink("../file", "dir/out");
    symlink("dir", "dirlink");
    flags();
    resolving();
    sizes();

    struct how how = {O_RDONLY, 0, 0};
    ERR(RAW(SYS_openat2, AT_FDCWD, "file", bad_pointer(), sizeof how), EFAULT);
    ERR(RAW(SYS_openat2, AT_FDCWD, bad_pointer(), &how, sizeof how), EFAULT);
    ERR(open2(-1, "file", O_RDONLY, 0, 0), EBADF);
    return done();
}
