/* CALLS: open, linkat */
/* O_TMPFILE: a file without a name, which linkat may give it. */
#include "check.h"

int main(void)
{
    int fd = open(".", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0) {
        skip("this file system has no O_TMPFILE");
    }
    IS(write(fd, "abc", 3), 3);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    IS(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW), 0);
    TEXT(content_of("named"), "abc");
    int nameless = (int)OK(open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600));
    snprintf(path, sizeof path, "/proc/self/fd/%d", nameless);
    ERR(linkat(AT_FDCWD, path, AT_FDCWD, "second", AT_SYMLINK_FOLLOW), ENOENT);
    ERR(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    return done();
}
