/* CALLS: access, faccessat */
#include "check.h"

int main(void)
{
    close(make_file("file", "abc"));
    OK(mkdir("directory", 0755));
    OK(symlink("file", "link"));
    OK(symlink("missing", "dangling"));
    OK(symlink("loop", "loop"));
    int directory = (int)OK(open("directory", O_RDONLY));

    IS(RAW(SYS_access, "file", F_OK), 0);
    IS(RAW(SYS_access, "file", R_OK | W_OK), 0);
    IS(RAW(SYS_access, "link", R_OK), 0);
    IS(RAW(SYS_access, "directory", X_OK), 0);
    ERR(RAW(SYS_access, "file", X_OK), EACCES); /* even for root */
    ERR(RAW(SYS_access, "dangling", F_OK), ENOENT);
    ERR(RAW(SYS_access, "missing", F_OK), ENOENT);
    ERR(RAW(SYS_access, "", F_OK), ENOENT);
    ERR(RAW(SYS_access, "file/below", F_OK), ENOTDIR);
    ERR(RAW(SYS_access, "loop", F_OK), ELOOP);
    ERR(RAW(SYS_access, "file", 8), EINVAL);
    ERR(RAW(SYS_access, "file", -1), EINVAL);
    ERR(RAW(SYS_access, bad_pointer(), F_OK), EFAULT);
    ERR(RAW(SYS_access, long_name(256), F_OK), ENAMETOOLONG);

    IS(RAW(SYS_faccessat, directory, "../file", R_OK), 0);
    IS(RAW(SYS_faccessat, AT_FDCWD, "file", F_OK), 0);
    ERR(RAW(SYS_faccessat, directory, "file", F_OK), ENOENT);
    ERR(RAW(SYS_faccessat, -1, "file", F_OK), EBADF);
    ERR(RAW(SYS_faccessat, AT_FDCWD, "file", 99), EINVAL);
    ERR(RAW(SYS_faccessat, AT_FDCWD, bad_pointer(), F_OK), EFAULT);

    OK(chmod("file", 0400));
    become_ordinary_user();
    ERR(RAW(SYS_access, "file", W_OK), EACCES);
    ERR(RAW(SYS_faccessat, AT_FDCWD, "file", X_OK), EACCES);
    ERR(RAW(SYS_access, "/etc/passwd", W_OK), EACCES);
    IS(RAW(SYS_access, "/etc/passwd", R_OK), 0);
    return done();
}
