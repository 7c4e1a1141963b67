/* CALLS: renameat2 */
#include "check.h"

#define NOREPLACE 1
#define EXCHANGE 2
#define WHITEOUT 4

static long long move(const char *from, const char *to, unsigned flags)
{
    return RAW(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

int main(void)
{
    close(make_file("a", "content of a"));
    close(make_file("b", "content of b"));
    OK(mkdir("directory", 0755));
    if (move("a", "new", NOREPLACE) < 0 && errno == EINVAL) {
        skip("this file system has no flags for renaming");
    }
    ERR(move("new", "b", NOREPLACE), EEXIST);
    IS(move("new", "a", 0), 0);
    IS(move("a", "b", EXCHANGE), 0);
    TEXT(content_of("a"), "content of b");
    TEXT(content_of("b"), "content of a");
    IS(move("a", "directory", EXCHANGE), 0); /* a file for a directory */
    TEXT(content_of("directory"), "content of b");
    OK(rmdir("a"));

    ERR(move("b", "missing", EXCHANGE), ENOENT);
    ERR(move("b", "c", NOREPLACE | EXCHANGE), EINVAL);
    ERR(move("b", "c", WHITEOUT | EXCHANGE), EINVAL);
    ERR(move("b", "c", 8), EINVAL);
    ERR(move("b", "c", -1), EINVAL);
    ERR(move(bad_pointer(), "c", 0), EFAULT);
    ERR(RAW(SYS_renameat2, -1, "b", AT_FDCWD, "c", 0), EBADF);
    ERR(RAW(SYS_renameat2, AT_FDCWD, "b", 9999, "c", 0), EBADF);
    return done();
}
