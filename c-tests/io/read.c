/* CALLS: read */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "hello, world\n");
    char buffer[64] = {0};

    IS(read(fd, buffer, 5), 5);
    TEXT(buffer, "hello");
    IS(read(fd, buffer, 0), 0);
    IS(read(fd, buffer, sizeof buffer), 8);
    TEXT(buffer, ", world\n");
    IS(read(fd, buffer, sizeof buffer), 0);
    IS(lseek(fd, 1000, SEEK_SET), 1000);
    IS(read(fd, buffer, 1), 0);

    ERR(read(-1, buffer, 1), EBADF);
    ERR(read(9999, buffer, 1), EBADF);
    ERR(read(0x7fffffff, buffer, 1), EBADF);
    IS(lseek(fd, 0, SEEK_SET), 0);
    ERR(RAW(SYS_read, fd, bad_pointer(), 1), EFAULT);
    ERR(RAW(SYS_read, fd, buffer, (size_t)-1), EFAULT);
    IS(lseek(fd, 0, SEEK_CUR), 0);

    int writer = (int)OK(open("file", O_WRONLY)), directory = (int)OK(open(".", O_RDONLY | O_DIRECTORY));
    ERR(read(writer, buffer, 1), EBADF);
    ERR(RAW(SYS_read, writer, bad_pointer(), 1), EBADF);
    ERR(read(directory, buffer, 1), EISDIR);
    int path = (int)OK(open("file", O_PATH));
    ERR(read(path, buffer, 1), EBADF);

    IS(read(0, buffer, 1), 0); /* standard input is empty here */
    return done();
}
