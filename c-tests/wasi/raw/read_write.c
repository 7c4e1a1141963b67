/* fd_read, fd_write, fd_pread, fd_pwrite: lists of buffers with all that may be wrong in them. */
#include "preview1.h"

static char buffer[64];
static uint32_t size;

static const char *content(uint32_t fd)
{
    memset(buffer, 0, sizeof buffer);
    struct iov room = iov(buffer, sizeof buffer - 1);
    GIVES(p1_fd_pread(fd, &room, 1, 0, &size), W_SUCCESS);
    return buffer;
}

static void good(void)
{
    uint32_t fd = created("file", "");
    struct iov out[] = {iov("abc", 3), iov(NULL, 0), iov("defg", 4)};
    GIVES(p1_fd_write(fd, out, 3, &size), W_SUCCESS);
    IS(size, 7);
    TEXT(content(fd), "abcdefg");
    GIVES(p1_fd_pwrite(fd, out, 1, 5, &size), W_SUCCESS);
    IS(size, 3);
    TEXT(content(fd), "abcdeabc");
    GIVES(p1_fd_write(fd, out, 0, &size), W_SUCCESS);
    IS(size, 0);
    char a[3] = "##", b[8] = "#######";
    struct iov in[] = {iov(a, 2), iov(b, 7)};
    uint64_t position = 0;
    GIVES(p1_fd_seek(fd, 1, 0, &position), W_SUCCESS);
    GIVES(p1_fd_read(fd, in, 2, &size), W_SUCCESS);
    IS(size, 7);
    TEXT(a, "bc");
    TEXT(b, "deabc##");
    GIVES(p1_fd_read(fd, in, 2, &size), W_SUCCESS);
    IS(size, 0);
    GIVES(p1_fd_read(fd, in, 0, &size), W_SUCCESS);
    IS(size, 0);
    GIVES(p1_fd_pread(fd, in, 2, 1000, &size), W_SUCCESS);
    IS(size, 0);
    GIVES(p1_fd_pread(fd, in, 1, UINT64_MAX, &size), W_INVAL);
    GIVES2(p1_fd_pwrite(fd, out, 1, 1ULL << 63, &size), W_INVAL, W_FBIG);
    uint32_t empty = 0; /* a list of no buffers may lie anywhere, if it is nowhere outside */
    GIVES(p1_fd_write(fd, &empty, 0, &size), W_SUCCESS);
}

/* More buffers than are handed on at once: a part of it, told truly. */
static void many(void)
{
    enum { MANY = 3000 };
    static struct iov lists[MANY];
    static char bytes[MANY], back[MANY + 1];
    uint32_t fd = created("many", "");
    for (int i = 0; i < MANY; i++) {
        bytes[i] = (char)('a' + i % 26);
        lists[i] = iov(bytes + i, 1);
    }
    uint32_t written = 0;
    while (written < MANY && p1_fd_write(fd, lists + written, MANY - written, &size) == 0 && size > 0) {
        written += size;
    }
    IS(written, MANY);
    uint32_t got = 0;
    for (int i = 0; i < MANY; i++) {
        lists[i] = iov(back + i, 1);
    }
    while (got < MANY && p1_fd_pread(fd, lists + got, MANY - got, got, &size) == 0 && size > 0) {
        got += size;
    }
    IS(got, MANY);
    CHECK(memcmp(bytes, back, MANY) == 0);
}

/* Behind however many empty buffers there is one that is not: nothing moved would be the end of a file. */
static void empty_before(void)
{
    enum { EMPTY = 1000 };
    static struct iov lists[EMPTY + 1];
    uint32_t fd = created("sparse", "");
    char back[3] = "##";
    lists[EMPTY] = iov("ab", 2);
    GIVES(p1_fd_write(fd, lists, EMPTY + 1, &size), W_SUCCESS);
    IS(size, 2);
    lists[EMPTY] = iov(back, 2);
    GIVES(p1_fd_pread(fd, lists, EMPTY + 1, 0, &size), W_SUCCESS);
    IS(size, 2);
    TEXT(back, "ab");
    GIVES(p1_fd_write(fd, lists, EMPTY, &size), W_SUCCESS);
    IS(size, 0);
}

static void bad(void)
{
    uint32_t fd = created("other", "0123456789");
    struct iov data = iov("x", 1);
    GIVES(p1_fd_write(99, &data, 1, &size), W_BADF);
    GIVES(p1_fd_read(99, &data, 1, &size), W_BADF);
    GIVES(p1_fd_pwrite(99, &data, 1, 0, &size), W_BADF);
    GIVES(p1_fd_pread(99, &data, 1, 0, &size), W_BADF);
    GIVES2(p1_fd_read(HERE, &data, 1, &size), W_ISDIR, W_BADF);
    GIVES2(p1_fd_write(HERE, &data, 1, &size), W_ISDIR, W_BADF);
    GIVES2(p1_fd_pread(HERE, &data, 1, 0, &size), W_ISDIR, W_BADF);
    GIVES2(p1_fd_pwrite(HERE, &data, 1, 0, &size), W_ISDIR, W_BADF);

    FAULTS(p1_fd_write(fd, last(7), 1, &size));
    FAULTS(p1_fd_write(fd, (void *)0xfffffff8, 2, &size));
    FAULTS_OR(p1_fd_write(fd, &data, 0x20000000, &size), W_INVAL); /* times 8 is 2^32 */
    FAULTS_OR(p1_fd_read(fd, &data, 0xffffffff, &size), W_INVAL);
    FAULTS(p1_fd_write(fd, &data, 1, last(3)));
    struct iov outside = {0xfffffff0, 32}, long_one = iov(buffer, 0xffffffff);
    FAULTS(p1_fd_write(fd, &outside, 1, &size));
    FAULTS(p1_fd_read(fd, &outside, 1, &size));
    FAULTS(p1_fd_pread(fd, &outside, 1, 0, &size));
    FAULTS(p1_fd_pwrite(fd, &outside, 1, 0, &size));
    FAULTS(p1_fd_write(fd, &long_one, 1, &size));
    FAULTS(p1_fd_pread(fd, &long_one, 1, 0, &size));
    struct iov end = iov(last(1), 2);
    int code = p1_fd_pread(fd, &end, 1, 0, &size); /* refused, or as far as there is memory */
    CHECK(code == W_FAULT || (code == W_SUCCESS && size <= 1));
    end = iov(last(1), 1);
    GIVES(p1_fd_pread(fd, &end, 1, 3, &size), W_SUCCESS);
    CHECK(*(char *)last(1) == '3');
    struct filestat stat;
    GIVES(p1_fd_filestat_get(fd, &stat), W_SUCCESS);
    CHECK(stat.size >= 10 && stat.size <= 11); /* the one whose result had no place may have written */
}

int main(void)
{
    good();
    many();
    empty_before();
    bad();
    return done();
}
