/* How a file is opened: flags one by one, what they forbid later, and why an open fails. */
#include "check.h"

static int mode_of(int fd)
{
    return fcntl(fd, F_GETFL) & O_ACCMODE;
}

int main(void)
{
    char buffer[16];
    close(make_file("file", "content"));
    OK(mkdir("dir", 0755));

    int readable = (int)OK(open("file", O_RDONLY));
    int writable = (int)OK(open("file", O_WRONLY));
    int both = (int)OK(open("file", O_RDWR));
    CHECK(mode_of(readable) == O_RDONLY);
    CHECK(mode_of(writable) == O_WRONLY);
    CHECK(mode_of(both) == O_RDWR);
    ERR(write(readable, "x", 1), EBADF);
    ERR(read(writable, buffer, 1), EBADF);
    IS(read(both, buffer, 7), 7);
    IS(write(both, "more", 4), 4);
    TEXT(content_of("file"), "contentmore");
    IS(read(readable, buffer, sizeof buffer), 11);
    IS(read(readable, buffer, 1), 0);

    ERR(open("missing", O_RDWR), ENOENT);
    ERR(open("file", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    ERR(open("dir", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    ERR(open("dir", O_WRONLY), EISDIR);
    ERR(open("dir", O_RDWR), EISDIR);
    ERR(open("dir", O_RDWR | O_DIRECTORY), EISDIR);
    ERR(open("dir/.", O_RDWR), EISDIR);
    ERR(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    ERR(open("file/", O_RDONLY), ENOTDIR);
    ERR(open("file/below", O_RDONLY), ENOTDIR);
    ERR(open("file/below", O_RDWR | O_CREAT, 0644), ENOTDIR);
    ERR(open("missing/below", O_RDWR | O_CREAT, 0644), ENOENT);
    OK(close(open("dir", O_RDONLY)));
    OK(close(open("dir", O_RDONLY | O_DIRECTORY)));
    OK(close(open("dir/", O_RDONLY | O_DIRECTORY)));
    ERR2(read((int)OK(open("dir", O_RDONLY)), buffer, 1), EISDIR, EBADF);

    OK(close((int)OK(open("new", O_WRONLY | O_CREAT | O_EXCL, 0644))));
    OK(close((int)OK(open("new", O_WRONLY | O_CREAT, 0644))));
    OK(close((int)OK(open("file", O_WRONLY | O_TRUNC))));
    TEXT(content_of("file"), "");
    IS(read(both, buffer, 1), 0);

    OK(symlink("file", "link"));
    OK(symlink("nowhere", "dangling"));
    OK(symlink("loop", "loop"));
    ERR(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    ERR(open("dangling", O_RDONLY), ENOENT);
    ERR(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0644), EEXIST);
    ERR(open("loop", O_RDONLY), ELOOP);
    ERR(open("loop/below", O_RDONLY), ELOOP);
    OK(close((int)OK(open("link", O_RDONLY))));
    OK(close((int)OK(open("dangling", O_WRONLY | O_CREAT, 0644))));
    struct stat stat_of;
    OK(stat("nowhere", &stat_of));
    return done();
}
