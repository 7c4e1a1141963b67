/* CALLS: openat */
#include "check.h"

int main(void)
{
    mkdir("dir", 0700);
    mkdir("dir/sub", 0700);
    close(make_file("top", "top"));
    close(make_file("dir/file", "inner"));
    int dir = (int)OK(open("dir", O_RDONLY | O_DIRECTORY)), file = (int)OK(open("top", O_RDONLY));

    OK(openat(dir, "file", O_RDONLY));
    OK(openat(dir, "sub/../file", O_RDONLY));
    OK(openat(dir, "../top", O_RDONLY));
    OK(openat(AT_FDCWD, "top", O_RDONLY));
    ERR(openat(AT_FDCWD, "file", O_RDONLY), ENOENT);
    ERR(openat(dir, "top", O_RDONLY), ENOENT);
    ERR(openat(dir, "", O_RDONLY), ENOENT);
    OK(openat(dir, ".", O_RDONLY));
    OK(openat(dir, "new", O_WRONLY | O_CREAT | O_EXCL, 0600));
    IS(access("dir/new", F_OK), 0);

    /* A file is no place to start from; an absolute path does not ask. */
    ERR(openat(file, "file", O_RDONLY), ENOTDIR);
    ERR(openat(-1, "file", O_RDONLY), EBADF);
    ERR(openat(9999, "file", O_RDONLY), EBADF);
    OK(openat(-1, "/", O_RDONLY));
    OK(openat(file, "/dev/null", O_RDWR));
    ERR(openat(-99, "top", O_RDONLY), EBADF);
    ERR(openat(-1, bad_pointer(), O_RDONLY), EFAULT);
    ERR(openat(dir, bad_pointer(), O_RDONLY), EFAULT);

    /* The descriptor follows the directory when it moves, and outlives it. */
    OK(rename("dir", "moved"));
    OK(openat(dir, "file", O_RDONLY));
    unlink("moved/file");
    unlink("moved/new");
    rmdir("moved/sub");
    OK(rmdir("moved"));
    ERR(openat(dir, "file", O_WRONLY | O_CREAT, 0600), ENOENT);
    OK(openat(dir, ".", O_RDONLY));

    /* The current directory may change below AT_FDCWD. */
    mkdir("other", 0700);
    close(make_file("other/here", ""));
    OK(chdir("other"));
    OK(openat(AT_FDCWD, "here", O_RDONLY));
    ERR(openat(AT_FDCWD, "top", O_RDONLY), ENOENT);
    return done();
}
