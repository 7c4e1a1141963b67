/* CALLS: link, linkat */
#include "check.h"

static int links_of(const char *path)
{
    struct stat status;
    return lstat(path, &status) < 0 ? -1 : (int)status.st_nlink;
}

int main(void)
{
    int fd = make_file("file", "abc");
    OK(mkdir("directory", 0755));
    OK(symlink("file", "symbolic"));
    int directory = (int)OK(open("directory", O_RDONLY));

    IS(RAW(SYS_link, "file", "second"), 0);
    IS(links_of("file"), 2);
    TEXT(content_of("second"), "abc");
    IS(RAW(SYS_link, "symbolic", "symbolic2"), 0); /* of the symbolic link itself */
    IS(links_of("symbolic"), 2);
    IS(RAW(SYS_linkat, AT_FDCWD, "file", directory, "third", 0), 0);
    IS(links_of("file"), 3);
    IS(RAW(SYS_linkat, AT_FDCWD, "symbolic", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW), 0);
    IS(links_of("file"), 4);

    ERR(RAW(SYS_link, "file", "second"), EEXIST);
    ERR(RAW(SYS_link, "missing", "new"), ENOENT);
    ERR(RAW(SYS_link, "file", "missing/new"), ENOENT);
    ERR(RAW(SYS_link, "file", ""), ENOENT);
    ERR(RAW(SYS_link, "file", "file/new"), ENOTDIR);
    ERR(RAW(SYS_link, "directory", "new"), EPERM);
    ERR(RAW(SYS_link, "file", long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_link, "/proc/self/status", "new"), EXDEV);
    ERR(RAW(SYS_link, bad_pointer(), "new"), EFAULT);
    ERR(RAW(SYS_link, "file", bad_pointer()), EFAULT);
    ERR(RAW(SYS_linkat, -1, "file", AT_FDCWD, "new", 0), EBADF);
    ERR(RAW(SYS_linkat, AT_FDCWD, "file", -1, "new", 0), EBADF);
    ERR(RAW(SYS_linkat, fd, "file", AT_FDCWD, "new", 0), ENOTDIR);
    ERR(RAW(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "new", 1), EINVAL);
    OK(symlink("loop", "loop"));
    ERR(RAW(SYS_linkat, AT_FDCWD, "loop", AT_FDCWD, "new", AT_SYMLINK_FOLLOW), ELOOP);
    ERR(RAW(SYS_link, "loop/file", "new"), ELOOP);
    IS(links_of("file"), 4);
    return done();
}
