/* CALLS: mkdir, mkdirat */
#include "check.h"

static int mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) < 0 ? -1 : (int)(status.st_mode & 07777);
}

int main(void)
{
    umask(022);
    int fd = make_file("file", "abc");
    IS(RAW(SYS_mkdir, "a", 0777), 0);
    IS(mode_of("a"), 0755);
    IS(RAW(SYS_mkdir, "a/b/", 0700), 0);
    IS(mode_of("a/b"), 0700);
    IS(RAW(SYS_mkdir, "sticky", 01777), 0);
    IS(mode_of("sticky"), 01755);
    int a = (int)OK(open("a", O_RDONLY));
    IS(RAW(SYS_mkdirat, a, "c", 0770), 0);
    IS(mode_of("a/c"), 0750);
    IS(RAW(SYS_mkdirat, AT_FDCWD, "d", 0755), 0);
    struct stat status;
    OK(stat("a", &status));
    CHECK(S_ISDIR(status.st_mode));

    ERR(RAW(SYS_mkdir, "a", 0777), EEXIST);
    ERR(RAW(SYS_mkdir, "file", 0777), EEXIST);
    ERR(RAW(SYS_mkdir, ".", 0777), EEXIST);
    ERR(RAW(SYS_mkdir, "/", 0777), EEXIST);
    OK(symlink("missing", "dangling"));
    ERR(RAW(SYS_mkdir, "dangling", 0777), EEXIST);
    ERR(RAW(SYS_mkdir, "", 0777), ENOENT);
    ERR(RAW(SYS_mkdir, "missing/new", 0777), ENOENT);
    ERR(RAW(SYS_mkdir, "file/new", 0777), ENOTDIR);
    OK(symlink("loop", "loop"));
    ERR(RAW(SYS_mkdir, "loop/new", 0777), ELOOP);
    ERR(RAW(SYS_mkdir, long_name(256), 0777), ENAMETOOLONG);
    IS(RAW(SYS_mkdir, long_name(255), 0777), 0);
    ERR(RAW(SYS_mkdir, bad_pointer(), 0777), EFAULT);
    ERR(RAW(SYS_mkdirat, -1, "new", 0777), EBADF);
    ERR(RAW(SYS_mkdirat, fd, "new", 0777), ENOTDIR);
    ERR(RAW(SYS_mkdirat, a, bad_pointer(), 0777), EFAULT);
    OK(chmod("a", 0555));
    become_ordinary_user();
    ERR(RAW(SYS_mkdir, "a/new", 0777), EACCES);
    return done();
}
