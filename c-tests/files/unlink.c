/* CALLS: unlink, unlinkat */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc");
    OK(mkdir("directory", 0755));
    close(make_file("directory/below", ""));
    int directory = (int)OK(open("directory", O_RDONLY));
    OK(symlink("file", "link"));
    OK(symlink("loop", "loop"));

    IS(RAW(SYS_unlink, "link"), 0);
    TEXT(content_of("file"), "abc");
    IS(RAW(SYS_unlink, "loop"), 0);
    IS(RAW(SYS_unlink, "file"), 0);
    ERR(RAW(SYS_unlink, "file"), ENOENT);
    ERR(RAW(SYS_unlink, ""), ENOENT);
    ERR(RAW(SYS_unlink, "directory"), EISDIR);
    ERR(RAW(SYS_unlink, "directory/below/further"), ENOTDIR);
    ERR(RAW(SYS_unlink, long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_unlink, bad_pointer()), EFAULT);

    ERR(RAW(SYS_unlinkat, AT_FDCWD, "directory", 0), EISDIR);
    ERR(RAW(SYS_unlinkat, AT_FDCWD, "directory", AT_REMOVEDIR), ENOTEMPTY);
    ERR(RAW(SYS_unlinkat, directory, "below", AT_REMOVEDIR), ENOTDIR);
    ERR(RAW(SYS_unlinkat, directory, "below", 1), EINVAL);
    ERR(RAW(SYS_unlinkat, -1, "below", 0), EBADF);
    ERR(RAW(SYS_unlinkat, fd, "below", 0), ENOTDIR);
    ERR(RAW(SYS_unlinkat, directory, bad_pointer(), 0), EFAULT);
    IS(RAW(SYS_unlinkat, directory, "below", 0), 0);
    ERR(RAW(SYS_unlinkat, directory, "below", 0), ENOENT);
    ERR(RAW(SYS_unlinkat, AT_FDCWD, "directory/.", AT_REMOVEDIR), EINVAL);
    IS(RAW(SYS_unlinkat, AT_FDCWD, "directory", AT_REMOVEDIR), 0);
    ERR(RAW(SYS_unlinkat, directory, "new", 0), ENOENT); /* in a directory that is gone */

    OK(mkdir("closed", 0755));
    close(make_file("closed/file", ""));
    OK(chmod("closed", 0555));
    become_ordinary_user();
    ERR(RAW(SYS_unlink, "closed/file"), EACCES);
    return done();
}
