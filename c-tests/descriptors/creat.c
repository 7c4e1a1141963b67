/* CALLS: creat */
#include "check.h"

int main(void)
{
    char byte;
    int fd = (int)OK(RAW(SYS_creat, "file", 0644));
    IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
    IS(fcntl(fd, F_GETFD), 0);
    IS(write(fd, "content", 7), 7);
    ERR(read(fd, &byte, 1), EBADF);
    IS(close(fd), 0);
    TEXT(content_of("file"), "content");

    /* Once more: emptied. */
    OK(RAW(SYS_creat, "file", 0644));
    TEXT(content_of("file"), "");

    mkdir("dir", 0700);
    symlink("loop", "loop");
    ERR(RAW(SYS_creat, "dir", 0644), EISDIR);
    ERR(RAW(SYS_creat, "none/file", 0644), ENOENT);
    ERR(RAW(SYS_creat, "file/x", 0644), ENOTDIR);
    ERR(RAW(SYS_creat, "loop", 0644), ELOOP);
    ERR(RAW(SYS_creat, "", 0644), ENOENT);
    ERR(RAW(SYS_creat, long_name(256), 0644), ENAMETOOLONG);
    ERR(RAW(SYS_creat, bad_pointer(), 0644), EFAULT);
    return done();
}
