/* Calls that begin at a directory's descriptor, which is not the one that was given. */
#include "check.h"

int main(void)
{
    struct stat status;
    char text[16] = {0};
    OK(mkdir("one", 0755));
    OK(mkdir("two", 0755));
    int one = (int)OK(open("one", O_RDONLY | O_DIRECTORY));
    int two = (int)OK(open("two", O_RDONLY | O_DIRECTORY));
    int fd = (int)OK(openat(one, "file", O_RDWR | O_CREAT | O_EXCL, 0644));
    IS(write(fd, "text", 4), 4);
    OK(renameat(one, "file", two, "moved"));
    ERR(fstatat(one, "file", &status, 0), ENOENT);
    OK(fstatat(two, "moved", &status, 0));
    IS(status.st_size, 4);
    OK(linkat(two, "moved", one, "second", 0));
    OK(fstatat(one, "second", &status, 0));
    IS(status.st_nlink, 2);
    OK(symlinkat("second", one, "link"));
    IS(readlinkat(one, "link", text, sizeof text), 6);
    TEXT(text, "second");
    OK(fstatat(one, "link", &status, AT_SYMLINK_NOFOLLOW));
    CHECK(S_ISLNK(status.st_mode));
    OK(faccessat(one, "link", R_OK, 0));
    ERR(faccessat(one, "nothing", F_OK, 0), ENOENT);
    OK(mkdirat(two, "sub", 0755));
    OK(unlinkat(two, "sub", AT_REMOVEDIR));
    OK(unlinkat(two, "moved", 0));
    ERR(unlinkat(two, "moved", 0), ENOENT);
    OK(rename("one", "three")); /* the descriptor stays where it was */
    OK(fstatat(one, "second", &status, 0));
    ERR(openat(fd, "x", O_RDONLY), ENOTDIR);
    ERR(openat(99, "x", O_RDONLY), EBADF);
    ERR(mkdirat(99, "x", 0755), EBADF);
    ERR(unlinkat(99, "x", 0), EBADF);
    ERR(renameat(99, "x", one, "x"), EBADF);
    ERR(linkat(99, "x", one, "x", 0), EBADF);
    ERR(symlinkat("x", 99, "x"), EBADF);
    ERR(readlinkat(99, "x", text, 1), EBADF);
    return done();
}
