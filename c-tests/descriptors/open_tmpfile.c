/* CALLS: open, openat, linkat */
/* O_TMPFILE: a file without a name, which may get one (open(2)). */
#include "check.h"

int main(void)
{
    struct stat st;
    char path[32];
    mkdir("dir", 0700);
    close(make_file("file", ""));
    int fd = open("dir", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        skip("this file system has no O_TMPFILE");
    }
    CHECK(fd >= 0);
    IS(write(fd, "secret", 6), 6);
    OK(fstat(fd, &st));
    IS(st.st_nlink, 0);
    IS(st.st_mode, S_IFREG | 0600);
    OK(rmdir("dir"));

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    IS(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW), 0);
    TEXT(content_of("named"), "secret");

    /* With O_EXCL it never gets a name. */
    fd = (int)OK(open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ERR(linkat(AT_FDCWD, path, AT_FDCWD, "named2", AT_SYMLINK_FOLLOW), ENOENT);

    ERR(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    ERR(open("file", O_TMPFILE | O_RDWR, 0600), ENOTDIR);
    ERR(open("none", O_TMPFILE | O_RDWR, 0600), ENOENT);
    return done();
}
