/* CALLS: rmdir */
#include "check.h"

int main(void)
{
    close(make_file("file", "abc"));
    OK(mkdir("a", 0755));
    OK(mkdir("a/b", 0755));
    OK(symlink("a", "link"));
    ERR2(rmdir("a"), ENOTEMPTY, EEXIST);
    IS(rmdir("a/b/"), 0);
    ERR(rmdir("a/b"), ENOENT);
    ERR(rmdir("a/."), EINVAL);
    ERR2(rmdir("a/.."), ENOTEMPTY, EEXIST);
    ERR(rmdir("link"), ENOTDIR);
    ERR(rmdir("file"), ENOTDIR);
    ERR(rmdir("file/below"), ENOTDIR);
    ERR(rmdir(""), ENOENT);
    ERR(rmdir("/"), EBUSY);
    ERR(rmdir(long_name(256)), ENAMETOOLONG);
    ERR(RAW(SYS_rmdir, bad_pointer()), EFAULT);
    OK(symlink("loop", "loop"));
    ERR(rmdir("loop/below"), ELOOP);

    /* The current directory may go; then nothing can be made in it. */
    OK(chdir("a"));
    IS(rmdir("../a"), 0);
    ERR(open("new", O_CREAT | O_WRONLY, 0644), ENOENT);
    char path[64];
    ERR(getcwd(path, sizeof path) ? 0 : -1, ENOENT);
    return done();
}
