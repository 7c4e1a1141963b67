/* CALLS: stat */
#include "kernel_stat.h"

static long long look(const char *path, struct kernel_stat *status)
{
    return RAW(SYS_stat, path, status);
}

int main(void)
{
    struct kernel_stat status;
    memset(&status, 0xa5, sizeof status);
    umask(0);
    close(make_file("file", "0123456789"));
    IS(look("file", &status), 0);
    IS(status.size, 10);
    IS(status.mode, S_IFREG | 0644);
    IS(status.nlink, 1);
    IS(status.rdev, 0);
    CHECK(status.uid == geteuid() && status.gid == getegid());
    CHECK(status.mtime > 1500000000 && status.mtime_nsec >= 0 && status.mtime_nsec < 1000000000);
    CHECK(status.ino > 0 && status.blksize > 0);
    IS(status.unused[2], 0);

    OK(symlink("file", "link"));
    IS(look("link", &status), 0);
    IS(status.mode, S_IFREG | 0644);
    IS(look(".", &status), 0);
    CHECK(S_ISDIR(status.mode));
    IS(look("/dev/null", &status), 0);
    IS(status.mode & S_IFMT, S_IFCHR);
    IS(status.rdev, 0x103);

    ERR(look("missing", &status), ENOENT);
    ERR(look("", &status), ENOENT);
    ERR(look("file/below", &status), ENOTDIR);
    ERR(look("file/", &status), ENOTDIR);
    OK(symlink("loop", "loop"));
    ERR(look("loop", &status), ELOOP);
    ERR(look("loop/below", &status), ELOOP);
    ERR(look(long_name(256), &status), ENAMETOOLONG);
    ERR(look(long_name(4096), &status), ENAMETOOLONG);
    ERR(look(bad_pointer(), &status), EFAULT);
    ERR(look("file", bad_pointer()), EFAULT);

    OK(mkdir("closed", 0700));
    OK(close(open("closed/file", O_CREAT | O_WRONLY, 0600)));
    OK(chmod("closed", 0));
    become_ordinary_user();
    ERR(look("closed/file", &status), EACCES);
    return done();
}
