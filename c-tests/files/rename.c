/* CALLS: rename, renameat */
#include "check.h"

int main(void)
{
    int fd = make_file("a", "content of a");
    close(make_file("b", "content of b"));
    OK(mkdir("empty", 0755));
    OK(mkdir("full", 0755));
    OK(mkdir("full/below", 0755));
    OK(symlink("a", "link"));
    int full = (int)OK(open("full", O_RDONLY));

    IS(RAW(SYS_rename, "a", "b"), 0); /* replaces */
    TEXT(content_of("b"), "content of a");
    ERR(open("a", O_RDONLY), ENOENT);
    OK(link("b", "same"));
    IS(RAW(SYS_rename, "b", "same"), 0); /* two names of one file: both stay */
    TEXT(content_of("b"), "content of a");
    IS(RAW(SYS_rename, "link", "moved"), 0); /* the link, not what it names */
    char target[8] = {0};
    IS(readlink("moved", target, sizeof target), 1);
    IS(RAW(SYS_renameat, AT_FDCWD, "same", full, "inside"), 0);
    TEXT(content_of("full/inside"), "content of a");
    IS(RAW(SYS_renameat, full, "inside", AT_FDCWD, "outside"), 0);
    IS(RAW(SYS_rename, "full/below", "empty"), 0); /* over an empty directory */
    IS(RAW(SYS_rename, "full", "other"), 0);
    IS(RAW(SYS_renameat, AT_FDCWD, "empty", full, "below"), 0); /* the descriptor follows it */
    OK(access("other/below", F_OK));

    ERR(RAW(SYS_rename, "missing", "b"), ENOENT);
    ERR(RAW(SYS_rename, "", "b"), ENOENT);
    ERR(RAW(SYS_rename, "b", ""), ENOENT);
    ERR(RAW(SYS_rename, "b", "missing/b"), ENOENT);
    ERR(RAW(SYS_rename, "b", "b/c"), ENOTDIR);
    ERR(RAW(SYS_rename, "b", "other"), EISDIR);
    ERR(RAW(SYS_rename, "other", "b"), ENOTDIR);
    ERR(RAW(SYS_rename, "other", "other/below/new"), EINVAL);
    OK(mkdir("third", 0755));
    ERR2(RAW(SYS_rename, "third", "other"), ENOTEMPTY, EEXIST);
    ERR2(RAW(SYS_rename, ".", "new"), EBUSY, EINVAL);
    ERR(RAW(SYS_rename, "b", "/proc/b"), EXDEV);
    ERR(RAW(SYS_rename, "b", long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_rename, bad_pointer(), "b"), EFAULT);
    ERR(RAW(SYS_rename, "b", bad_pointer()), EFAULT);
    ERR(RAW(SYS_renameat, -1, "b", AT_FDCWD, "c"), EBADF);
    ERR(RAW(SYS_renameat, fd, "b", AT_FDCWD, "c"), ENOTDIR);
    ERR(RAW(SYS_renameat, AT_FDCWD, bad_pointer(), AT_FDCWD, "c"), EFAULT);
    TEXT(content_of("b"), "content of a");
    return done();
}
