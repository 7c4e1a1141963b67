/* CALLS: symlink, symlinkat, readlink, readlinkat */
#include "check.h"

int main(void)
{
    char target[64] = {0};
    int fd = make_file("file", "abc");
    OK(mkdir("directory", 0755));
    int directory = (int)OK(open("directory", O_RDONLY));

    IS(RAW(SYS_symlink, "file", "link"), 0);
    IS(RAW(SYS_readlink, "link", target, sizeof target), 4);
    TEXT(target, "file");
    IS(RAW(SYS_symlinkat, "anything at all", directory, "link"), 0);
    IS(RAW(SYS_readlinkat, directory, "link", target, sizeof target), 15);
    TEXT(target, "anything at all");
    IS(RAW(SYS_readlinkat, AT_FDCWD, "directory/link", target, 8), 8); /* cut without a word */
    IS(RAW(SYS_readlink, "directory/link", target, 1), 1);
    int self = (int)OK(open("link", O_PATH | O_NOFOLLOW));
    memset(target, 0, sizeof target);
    IS(RAW(SYS_readlinkat, self, "", target, sizeof target), 4);
    TEXT(target, "file");

    char *length_4095 = long_name(4095);
    IS(RAW(SYS_symlink, length_4095, "long"), 0);
    static char long_target[5000];
    IS(RAW(SYS_readlink, "long", long_target, sizeof long_target), 4095);
    CHECK(strcmp(long_target, length_4095) == 0);

    ERR(RAW(SYS_symlink, "file", "link"), EEXIST);
    ERR(RAW(SYS_symlink, "", "new"), ENOENT);
    ERR(RAW(SYS_symlink, "file", ""), ENOENT);
    ERR(RAW(SYS_symlink, "file", "missing/new"), ENOENT);
    ERR(RAW(SYS_symlink, "file", "file/new"), ENOTDIR);
    ERR(RAW(SYS_symlink, long_name(4096), "new"), ENAMETOOLONG);
    ERR(RAW(SYS_symlink, "file", long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_symlink, bad_pointer(), "new"), EFAULT);
    ERR(RAW(SYS_symlink, "file", bad_pointer()), EFAULT);
    ERR(RAW(SYS_symlinkat, "file", -1, "new"), EBADF);
    ERR(RAW(SYS_symlinkat, "file", fd, "new"), ENOTDIR);
    ERR(RAW(SYS_symlinkat, bad_pointer(), directory, "new"), EFAULT);

    ERR(RAW(SYS_readlink, "file", target, sizeof target), EINVAL);
    ERR(RAW(SYS_readlink, "missing", target, sizeof target), ENOENT);
    ERR(RAW(SYS_readlink, "file/below", target, sizeof target), ENOTDIR);
    ERR(RAW(SYS_readlink, "link", target, 0), EINVAL);
    ERR(RAW(SYS_readlink, "link", target, -1), EINVAL);
    ERR(RAW(SYS_readlink, "link", bad_pointer(), 8), EFAULT);
    ERR(RAW(SYS_readlink, bad_pointer(), target, 8), EFAULT);
    ERR(RAW(SYS_readlinkat, -1, "link", target, 8), EBADF);
    ERR(RAW(SYS_readlinkat, fd, "link", target, 8), ENOTDIR);
    ERR(RAW(SYS_readlinkat, fd, "", target, 8), ENOENT);
    ERR(RAW(SYS_readlinkat, AT_FDCWD, "link", target, 0), EINVAL);
    return done();
}
