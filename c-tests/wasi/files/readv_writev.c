/* Several buffers in one call, also at an offset; empty ones, none, more than the kernel takes at once. */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    char a[4] = {0}, b[4] = {0}, c[16] = {0};
    int fd = (int)OK(open("file", O_RDWR | O_CREAT, 0644));
    struct iovec out[] = {{"abc", 3}, {"", 0}, {"defg", 4}};
    IS(writev(fd, out, 3), 7);
    IS(pwritev(fd, out, 3, 10), 7);
    IS(lseek(fd, 0, SEEK_CUR), 7);
    IS(lseek(fd, 0, SEEK_SET), 0);
    struct iovec in[] = {{a, 2}, {b, 3}, {c, sizeof c}};
    IS(readv(fd, in, 2), 5);
    CHECK(memcmp(a, "ab\0", 3) == 0 && memcmp(b, "cde\0", 4) == 0);
    IS(readv(fd, in, 3), 12);
    CHECK(memcmp(a, "fg", 2) == 0 && memcmp(b, "\0\0\0", 3) == 0 && memcmp(c, "abcdefg\0", 8) == 0);
    IS(readv(fd, in, 3), 0);
    IS(preadv(fd, in, 3, 11), 6);
    CHECK(memcmp(a, "bc", 2) == 0 && memcmp(b, "def", 3) == 0 && c[0] == 'g');
    IS(readv(fd, in, 0), 0);
    IS(writev(fd, out, 0), 0);

    /* A call may do a part: what it says it has done must be so. */
    enum { MANY = 1024 };
    static struct iovec many[MANY];
    static char bytes[MANY];
    for (int i = 0; i < MANY; i++) {
        bytes[i] = (char)('a' + i % 26);
        many[i] = (struct iovec){bytes + i, 1};
    }
    int other = (int)OK(open("many", O_RDWR | O_CREAT, 0644));
    int written = 0;
    while (written < MANY) {
        ssize_t count = writev(other, many + written, MANY - written);
        if (count <= 0) {
            break;
        }
        written += (int)count;
    }
    IS(written, MANY);
    static char back[MANY + 1];
    IS(pread(other, back, sizeof back, 0), MANY);
    CHECK(memcmp(back, bytes, MANY) == 0);
    return done();
}
