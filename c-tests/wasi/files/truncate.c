/* Sizes: shorter, longer (with zeros), by descriptor and by name; what forbids it. */
#include "check.h"

static long long size_of(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 ? (long long)status.st_size : -1;
}

int main(void)
{
    char buffer[16];
    int fd = make_file("file", "0123456789");
    IS(lseek(fd, 8, SEEK_SET), 8);
    OK(ftruncate(fd, 4));
    IS(size_of("file"), 4);
    IS(lseek(fd, 0, SEEK_CUR), 8); /* stays where it was */
    IS(read(fd, buffer, 1), 0);
    IS(write(fd, "89", 2), 2);
    IS(size_of("file"), 10);
    IS(pread(fd, buffer, 10, 0), 10);
    CHECK(memcmp(buffer, "0123\0\0\0\00089", 10) == 0);
    OK(ftruncate(fd, 12));
    IS(pread(fd, buffer, 16, 0), 12);
    CHECK(memcmp(buffer, "0123\0\0\0\00089\0\0", 12) == 0);
    OK(ftruncate(fd, 1LL << 33)); /* a hole */
    IS(size_of("file"), 1LL << 33);
    IS(pread(fd, buffer, 16, (1LL << 33) - 3), 3);
    CHECK(buffer[0] == 0 && buffer[2] == 0);
    OK(ftruncate(fd, 0));
    IS(size_of("file"), 0);
    ERR(ftruncate(fd, -1), EINVAL);

    OK(truncate("file", 5));
    IS(size_of("file"), 5);
    ERR(truncate("missing", 5), ENOENT);
    OK(mkdir("dir", 0755));
    ERR(truncate("dir", 5), EISDIR);
    ERR(truncate("file", -1), EINVAL);
    int readable = (int)OK(open("file", O_RDONLY));
    ERR2(ftruncate(readable, 0), EINVAL, EBADF); /* the right is missing */
    IS(size_of("file"), 5);
    return done();
}
