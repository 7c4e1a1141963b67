/* Making and removing directories, and all that is wrong with it. */
#include "check.h"

int main(void)
{
    struct stat status;
    OK(mkdir("a", 0755));
    OK(mkdir("a/b", 0755));
    OK(mkdir("a/b/c/", 0755));
    OK(stat("a/b/c", &status));
    CHECK(S_ISDIR(status.st_mode));
    ERR(mkdir("a", 0755), EEXIST);
    ERR(mkdir("a/", 0755), EEXIST);
    ERR(mkdir("a/.", 0755), EEXIST);
    ERR(mkdir(".", 0755), EEXIST);
    ERR(mkdir("a/..", 0755), EEXIST);
    ERR(mkdir("missing/x", 0755), ENOENT);
    close(make_file("file", ""));
    ERR(mkdir("file", 0755), EEXIST);
    ERR(mkdir("file/x", 0755), ENOTDIR);
    OK(symlink("nowhere", "dangling"));
    ERR(mkdir("dangling", 0755), EEXIST);
    OK(symlink("a", "to_a"));
    OK(mkdir("to_a/d", 0755));
    ERR(rmdir("a"), ENOTEMPTY);
    ERR(rmdir("a/b"), ENOTEMPTY);
    ERR(rmdir("missing"), ENOENT);
    ERR(rmdir("file"), ENOTDIR);
    ERR(rmdir("to_a"), ENOTDIR);
    ERR(rmdir("a/."), EINVAL);
    ERR2(unlink("a"), EISDIR, EPERM);
    OK(rmdir("a/d/"));
    OK(rmdir("a/b/c"));
    OK(rmdir("a/b"));
    OK(rmdir("a"));
    ERR(stat("a", &status), ENOENT);

    int fd;
    OK(mkdir("gone", 0755));
    fd = (int)OK(open("gone", O_RDONLY | O_DIRECTORY));
    OK(mkdirat(fd, "below", 0755));
    OK(unlinkat(fd, "below", AT_REMOVEDIR));
    OK(rmdir("gone"));
    ERR(mkdirat(fd, "below", 0755), ENOENT);
    ERR(openat(fd, "file", O_RDWR | O_CREAT, 0644), ENOENT);
    return done();
}
