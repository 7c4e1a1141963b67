/* CALLS: open, openat, fstat, fchdir, readlinkat, fstatfs, dup, fcntl */
/* O_PATH: a place, not an open file (open(2)). */
#include "check.h"

#include <sys/ioctl.h>
#include <sys/statfs.h>

int main(void)
{
    char buffer[16], path[32];
    struct stat st;
    struct statfs fs;
    close(make_file("file", "abc"));
    symlink("file", "link");
    mkdir("dir", 0700);
    close(make_file("dir/inner", "xyz"));

    int fd = (int)OK(open("file", O_PATH));
    ERR(read(fd, buffer, 1), EBADF);
    ERR(write(fd, "x", 1), EBADF);
    ERR(lseek(fd, 0, SEEK_SET), EBADF);
    ERR(ftruncate(fd, 0), EBADF);
    ERR(ioctl(fd, FIONREAD, buffer), EBADF);
    ERR(RAW(SYS_fchmod, fd, 0600), EBADF);
    ERR(fcntl(fd, F_SETFL, O_APPEND), EBADF);
    IS(fcntl(fd, F_GETFL) & (O_PATH | O_ACCMODE), O_PATH);
    IS(fcntl(fd, F_GETFD), 0);
    IS(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    IS(RAW(SYS_fstat, fd, &st), 0);
    IS(fstatfs(fd, &fs), 0);
    int copy = (int)OK(dup(fd));
    IS(close(copy), 0);

    /* Opened again through /proc it is a file. */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int real = (int)OK(open(path, O_RDWR));
    IS(read(real, buffer, sizeof buffer), 3);

    /* A link itself, without following. */
    int link = (int)OK(open("link", O_PATH | O_NOFOLLOW));
    IS(RAW(SYS_fstat, link, &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    IS(RAW(SYS_readlinkat, link, "", buffer, sizeof buffer), 4);

    /* A directory to start from. */
    int dir = (int)OK(open("dir", O_PATH | O_DIRECTORY));
    OK(openat(dir, "inner", O_RDONLY));
    ERR(RAW(SYS_getdents64, dir, buffer, sizeof buffer), EBADF);
    IS(fchdir(dir), 0);
    OK(open("inner", O_RDONLY));
    ERR(open("file", O_PATH), ENOENT);
    ERR(open("inner", O_PATH | O_DIRECTORY), ENOTDIR);
    /* Nothing is created: O_CREAT and the other flags are ignored. */
    ERR(open("new", O_PATH | O_CREAT | O_WRONLY, 0600), ENOENT);
    return done();
}
