/* Descriptors: the lowest free one, many at a time, closed ones, those that never were. */
#include "check.h"

int main(void)
{
    enum { MANY = 300 };
    static int fds[MANY];
    char byte;
    struct stat status;
    int first = make_file("file", "0123456789");
    int second = (int)OK(open("file", O_RDONLY));
    int third = (int)OK(open("file", O_RDONLY));
    CHECK(second == first + 1 && third == second + 1);
    OK(close(second));
    ERR(close(second), EBADF);
    ERR(read(second, &byte, 1), EBADF);
    ERR(write(second, &byte, 1), EBADF);
    ERR(fstat(second, &status), EBADF);
    ERR(lseek(second, 0, SEEK_SET), EBADF);
    ERR(ftruncate(second, 0), EBADF);
    ERR(fsync(second), EBADF);
    ERR(fcntl(second, F_GETFL), EBADF);
    CHECK(open("file", O_RDONLY) == second);
    ERR(read(-1, &byte, 1), EBADF);
    ERR(close(-1), EBADF);
    ERR(close(12345), EBADF);

    bool right = true;
    for (int i = 0; i < MANY; i++) {
        fds[i] = open("file", O_RDONLY);
        right = right && fds[i] == third + 1 + i;
    }
    CHECK(right);
    for (int i = 0; i < MANY; i++) { /* each has a position of its own */
        right = right && lseek(fds[i], i % 10, SEEK_SET) == i % 10;
    }
    for (int i = 0; i < MANY; i++) {
        right = right && read(fds[i], &byte, 1) == 1 && byte == '0' + i % 10;
    }
    CHECK(right);
    for (int i = 0; i < MANY; i += 2) {
        right = right && close(fds[i]) == 0;
    }
    for (int i = 0; i < MANY; i += 2) {
        right = right && open("file", O_RDONLY) == fds[i];
    }
    CHECK(right);
    return done();
}
