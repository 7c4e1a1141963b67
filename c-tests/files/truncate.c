/* CALLS: truncate */
#include "check.h"

int main(void)
{
    close(make_file("file", "0123456789"));
    struct stat status;
    IS(truncate("file", 4), 0);
    TEXT(content_of("file"), "0123");
    IS(truncate("file", 0x123456789LL), 0); /* grows by a hole */
    OK(stat("file", &status));
    IS(status.st_size, 0x123456789LL);
    IS(truncate("file", 0), 0);
    TEXT(content_of("file"), "");

    ERR(truncate("file", -1), EINVAL);
    ERR(truncate("missing", 0), ENOENT);
    ERR(truncate("", 0), ENOENT);
    ERR(truncate("file/below", 0), ENOTDIR);
    ERR(truncate(".", 0), EISDIR);
    ERR(truncate(long_name(300), 0), ENAMETOOLONG);
    ERR(truncate(long_name(5000), 0), ENAMETOOLONG);
    OK(symlink("loop", "loop"));
    ERR(truncate("loop", 0), ELOOP);
    ERR(RAW(SYS_truncate, bad_pointer(), 0), EFAULT);
    OK(mkfifo("fifo", 0600));
    ERR(truncate("fifo", 0), EINVAL);

    OK(chmod("file", 0444));
    become_ordinary_user();
    ERR(truncate("file", 0), EACCES);
    return done();
}
