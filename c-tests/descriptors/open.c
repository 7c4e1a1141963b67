/* CALLS: open, read, write, lseek */
#include "check.h"

#include <limits.h>

/* The descriptor that a good call answers is not the same in every run. */
static void opens(const char *path, int flags)
{
    int fd = open(path, flags, 0600);
    say("%s %o: %s", path, (unsigned)flags, fd < 0 ? errno_name(errno) : "ok");
    if (fd >= 0) {
        close(fd);
    }
}

static void access_modes(void)
{
    char byte;
    int fd = (int)OK(open("file", O_RDONLY));
    IS(read(fd, &byte, 1), 1);
    ERR(write(fd, "x", 1), EBADF);
    IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    close(fd);
    fd = (int)OK(open("file", O_WRONLY));
    ERR(read(fd, &byte, 1), EBADF);
    IS(write(fd, "a", 1), 1);
    close(fd);
    fd = (int)OK(open("file", O_RDWR));
    IS(read(fd, &byte, 1), 1);
    IS(write(fd, "b", 1), 1);
    close(fd);
    /* Both bits: permission to read and to write is asked, and neither is given (open(2)). */
    fd = (int)OK(open("file", 3));
    ERR(read(fd, &byte, 1), EBADF);
    ERR(write(fd, "x", 1), EBADF);
    close(fd);
}

static void creating(void)
{
    ERR(open("new", O_RDWR), ENOENT);
    int fd = (int)OK(open("new", O_RDWR | O_CREAT | O_EXCL, 0600));
    IS(write(fd, "hello", 5), 5);
    close(fd);
    ERR(open("new", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    opens("new", O_RDWR | O_CREAT);
    TEXT(content_of("new"), "hello");
    opens("new", O_WRONLY | O_TRUNC);
    TEXT(content_of("new"), "");
    /* A dangling link: followed to create, but not with O_EXCL. */
    OK(symlink("target", "dangling"));
    ERR(open("dangling", O_RDONLY), ENOENT);
    ERR(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    opens("dangling", O_WRONLY | O_CREAT);
    IS(access("target", F_OK), 0);
    /* Without write permission in its mode, the creator may write all the same. */
    fd = (int)OK(open("readonly", O_WRONLY | O_CREAT, 0400));
    IS(write(fd, "x", 1), 1);
    close(fd);
}

static void appending(void)
{
    int fd = (int)OK(open("log", O_RDWR | O_CREAT | O_APPEND, 0600));
    IS(write(fd, "one", 3), 3);
    IS(lseek(fd, 0, SEEK_SET), 0);
    IS(write(fd, "two", 3), 3);
    IS(lseek(fd, 0, SEEK_CUR), 6);
    TEXT(content_of("log"), "onetwo");
    close(fd);
}

static void directories(void)
{
    mkdir("dir", 0700);
    opens("dir", O_RDONLY);
    opens("dir", O_RDONLY | O_DIRECTORY);
    ERR(open("dir", O_WRONLY), EISDIR);
    ERR(open("dir", O_RDWR), EISDIR);
    ERR(open("dir", O_RDONLY | O_CREAT, 0600), EISDIR);
    ERR(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    ERR(open("file/", O_RDONLY), ENOTDIR);
    ERR(open("file/x", O_RDONLY | O_CREAT, 0600), ENOTDIR);
    ERR(open("none/x", O_RDONLY | O_CREAT, 0600), ENOENT);
    ERR(open("dir/none/", O_RDONLY | O_CREAT, 0600), EISDIR);
    opens("dir/./../dir/", O_RDONLY);
    opens(".", O_RDONLY);
    opens("//", O_RDONLY);
}

static void links(void)
{
    symlink("file", "link");
    symlink("loop2", "loop1");
    symlink("loop1", "loop2");
    symlink("dir", "dirlink");
    opens("link", O_RDONLY);
    ERR(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    ERR(open("loop1", O_RDONLY), ELOOP);
    ERR(open("loop1/x", O_RDONLY), ELOOP);
    ERR(open("dirlink", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), ENOTDIR);
    opens("dirlink/", O_RDONLY | O_NOFOLLOW);
    opens("dirlink/.", O_RDONLY | O_NOFOLLOW);
}

static void names(void)
{
    char *name = long_name(NAME_MAX), *longer = long_name(NAME_MAX + 1);
    OK(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ERR(open(longer, O_WRONLY | O_CREAT, 0600), ENAMETOOLONG);
    /* PATH_MAX counts the final NUL. */
    char *path = malloc(PATH_MAX + 1);
    memset(path, '/', PATH_MAX + 1);
    path[PATH_MAX - 1] = 0;
    opens(path + PATH_MAX - 4, O_RDONLY);
    CHECK(open(path, O_RDONLY) >= 0);
    path[PATH_MAX - 1] = '/';
    path[PATH_MAX] = 0;
    CHECK(open(path, O_RDONLY) < 0 && errno == ENAMETOOLONG);
    ERR(open("", O_RDONLY), ENOENT);
    ERR(open("", O_WRONLY | O_CREAT, 0600), ENOENT);
    /* Any byte but / and NUL. */
    opens("\xff\x01 \n", O_WRONLY | O_CREAT);
    IS(access("\xff\x01 \n", F_OK), 0);
}

int main(void)
{
    close(make_file("file", "content"));
    access_modes();
    creating();
    appending();
    directories();
    links();
    names();
    ERR(open(bad_pointer(), O_RDONLY), EFAULT);
    ERR(RAW(SYS_open, bad_pointer(), O_RDONLY, 0), EFAULT);

    /* Bits without meaning are ignored (openat2 is stricter). */
    int fd = (int)OK(RAW(SYS_open, "file", O_RDONLY | 0x10000000, 0));
    OK(RAW(SYS_open, "file", O_RDONLY | (int)0x80000000, 0));
    IS(fcntl(fd, F_GETFD), 0);
    fd = (int)OK(open("file", O_RDONLY | O_CLOEXEC));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    fd = (int)OK(open("file", O_RDONLY | O_NONBLOCK | O_SYNC | O_NOATIME));
    CHECK((fcntl(fd, F_GETFL) & (O_NONBLOCK | O_SYNC | O_NOATIME)) == (O_NONBLOCK | O_SYNC | O_NOATIME));
    return done();
}
