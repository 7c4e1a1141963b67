/* Where preview1 is not POSIX, by its specification: what a path may lead to and be made of, and what a file
 * has. */
#include "check.h"

#ifdef __wasi__
#define HAS_PERMISSIONS false
#else
#define HAS_PERMISSIONS true
#endif

int main(void)
{
    struct stat status;
    close(make_file("file", "x"));
    OK(mkdir("dir", 0755));
    /* A program has the folders that it is given, and what lies outside of them it cannot name. */
    ERR_BY(stat("/no/such/folder", &status), ENOENT, ENOENT); /* libc knows no folder that could hold it */
    ERR_BY(open("../no such file", O_RDONLY), ENOENT, EPERM);
    ERR_BY(mkdir("../no/such/folder", 0755), ENOENT, EPERM);
    ERR_BY(unlink("dir/../../no such file"), ENOENT, EPERM);
    ERR_BY(rename("file", "../no/such/folder"), ENOENT, EPERM);
    OK(symlink("../no such file", "out"));
    ERR_BY(stat("out", &status), ENOENT, EPERM);
    OK(lstat("out", &status));
    /* A path is UTF-8. */
    ERR_BY(stat("\xff", &status), ENOENT, EILSEQ);
    ERR_BY(stat("dir/\xc3", &status), ENOENT, EILSEQ);
    /* A file has no permissions and no owner. */
    OK(stat("file", &status));
    CHECK(((status.st_mode & 07777) != 0) == HAS_PERMISSIONS);
    return done();
}
