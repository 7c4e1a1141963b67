/* Megabytes in one call, and in odd pieces: nothing is lost, moved or repeated. */
#include "check.h"

enum { SIZE = 5 << 20, ODD = 65537 };

static unsigned char pattern(size_t i)
{
    return (unsigned char)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

/* Reads all that there is from the beginning: a call may read less than it is asked for. */
static size_t read_all(int fd, unsigned char *to, size_t piece)
{
    size_t got = 0;
    for (ssize_t count; (count = pread(fd, to + got, piece, (off_t)got)) > 0;) {
        got += (size_t)count;
    }
    return got;
}

int main(void)
{
    unsigned char *bytes = malloc(SIZE), *back = malloc(SIZE + 1);
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = pattern(i);
    }
    int fd = (int)OK(open("file", O_RDWR | O_CREAT, 0644));
    IS(write(fd, bytes, SIZE), SIZE);
    IS(lseek(fd, 0, SEEK_SET), 0);
    IS(read(fd, back, SIZE + 1), SIZE);
    CHECK(memcmp(bytes, back, SIZE) == 0);

    memset(back, 0, SIZE);
    IS(read_all(fd, back, ODD), SIZE);
    CHECK(memcmp(bytes, back, SIZE) == 0);
    int other = (int)OK(open("odd", O_RDWR | O_CREAT, 0644));
    for (size_t at = 0; at < SIZE; at += ODD) {
        size_t piece = SIZE - at < ODD ? SIZE - at : ODD;
        if (write(other, bytes + at, piece) != (ssize_t)piece) {
            check_failed(__FILE__, __LINE__, "write at %zu", at);
        }
    }
    memset(back, 0, SIZE);
    IS(read_all(other, back, 1 << 20), SIZE);
    CHECK(memcmp(bytes, back, SIZE) == 0);
    return done();
}
