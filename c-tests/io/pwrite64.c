/* CALLS: pwrite64 */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    IS(pwrite(fd, "xy", 2, 3), 2);
    IS(lseek(fd, 0, SEEK_CUR), 0);
    TEXT(content_of("file"), "012xy56789");
    IS(pwrite(fd, "end", 3, 0x100000000LL), 3); /* a hole of 4 GiB */
    IS(lseek(fd, 0, SEEK_END), 0x100000003LL);
    char buffer[4] = {0};
    IS(pread(fd, buffer, 3, 0x100000000LL), 3);
    TEXT(buffer, "end");
    OK(ftruncate(fd, 10));

    /* pwrite(2), BUGS: with O_APPEND Linux appends whatever the offset. */
    int tail = (int)OK(open("file", O_WRONLY | O_APPEND));
    IS(pwrite(tail, "!", 1, 0), 1);
    TEXT(content_of("file"), "012xy56789!");

    ERR(pwrite(fd, "x", 1, -1), EINVAL);
    ERR(pwrite(-1, "x", 1, 0), EBADF);
    ERR(pwrite((int)OK(open("file", O_RDONLY)), "x", 1, 0), EBADF);
    ERR(RAW(SYS_pwrite64, fd, bad_pointer(), 1, 0), EFAULT);
    int ends[2];
    OK(pipe(ends));
    ERR(pwrite(ends[1], "x", 1, 0), ESPIPE);
    return done();
}
