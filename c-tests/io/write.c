/* CALLS: write */
#include "check.h"

#include <signal.h>

int main(void)
{
    int fd = make_file("file", "");
    IS(write(fd, "abcdef", 6), 6);
    IS(lseek(fd, 2, SEEK_SET), 2);
    IS(write(fd, "CD", 2), 2);
    TEXT(content_of("file"), "abCDef");
    IS(write(fd, "", 0), 0);

    int tail = (int)OK(open("file", O_WRONLY | O_APPEND));
    IS(lseek(tail, 0, SEEK_SET), 0);
    IS(write(tail, "gh", 2), 2);
    IS(lseek(tail, 0, SEEK_CUR), 8);
    TEXT(content_of("file"), "abCDefgh");

    ERR(write(-1, "x", 1), EBADF);
    ERR(write(9999, "x", 1), EBADF);
    ERR(write((int)OK(open("file", O_RDONLY)), "x", 1), EBADF);
    ERR(RAW(SYS_write, fd, bad_pointer(), 1), EFAULT);
    ERR(RAW(SYS_write, fd, "x", (size_t)-1), EFAULT);
    TEXT(content_of("file"), "abCDefgh");

    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    OK(pipe(ends));
    ERR(write(ends[0], "x", 1), EBADF);
    OK(close(ends[0]));
    ERR(write(ends[1], "x", 1), EPIPE);

    ERR(write((int)OK(open("/dev/full", O_WRONLY)), "x", 1), ENOSPC);
    IS(write((int)OK(open("/dev/null", O_WRONLY)), "x", 1), 1);
    return done();
}
