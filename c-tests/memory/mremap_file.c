/* CALLS: mremap */
#include "pages.h"

static unsigned char *map_file(int fd, size_t pages, int kind)
{
    unsigned char *a = room(16);
    return mmap(a, pages * PAGE, READ_WRITE, kind | MAP_FIXED, fd, 0);
}

static void grow(int kind)
{
    int fd = page_file("file", 8, 1);
    unsigned char *a = map_file(fd, 2, kind);
    a[0] = 77;
    CHECK(mremap(a, 2 * PAGE, 5 * PAGE, 0) == a);
    CHECK(a[0] == 77 && pages_are_numbered(a + PAGE, 4, 2));
    unsigned char *block = mmap(a + 5 * PAGE, PAGE, PROT_NONE, ANONYMOUS | MAP_FIXED, -1, 0);
    unsigned char *b = mremap(a, 5 * PAGE, 9 * PAGE, MREMAP_MAYMOVE);
    CHECK(b != MAP_FAILED && b != a);
    CHECK(b[0] == 77 && pages_are_numbered(b + PAGE, 7, 2));
    CHECK(!can_read(b + 8 * PAGE)); /* past the end of the file */
    CHECK(!can_read(a));
    b[PAGE] = 78;
    unsigned char bytes[2];
    IS(pread(fd, bytes, 1, 0), 1);
    IS(pread(fd, bytes + 1, 1, PAGE), 1);
    CHECK(bytes[0] == (kind == MAP_SHARED ? 77 : 1));
    CHECK(bytes[1] == (kind == MAP_SHARED ? 78 : 2));
    CHECK(mremap(b, 9 * PAGE, PAGE, 0) == b);
    CHECK(!can_read(b + PAGE) && b[0] == 77);
    munmap(b, PAGE);
    munmap(block, PAGE);
    close(fd);
}

static void move(int kind)
{
    int fd = page_file("file", 4, 1);
    unsigned char *a = map_file(fd, 4, kind), *b = map_pages(6);
    a[2 * PAGE] = 50;
    number_pages(b, 6, 100);
    CHECK(mremap(a, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b + PAGE) == b + PAGE);
    CHECK(pages_are_numbered(b + PAGE, 2, 1) && b[3 * PAGE] == 50 && pages_are_numbered(b + 4 * PAGE, 1, 4));
    CHECK(pages_are_numbered(b, 1, 100) && pages_are_numbered(b + 5 * PAGE, 1, 105));
    CHECK(!can_read(a) && !can_read(a + 3 * PAGE));
    munmap(b, 6 * PAGE);
    close(fd);
}

/* An old size of 0 maps shared pages a second time. */
static void second(void)
{
    int fd = page_file("file", 4, 1);
    unsigned char *a = map_file(fd, 4, MAP_SHARED);
    unsigned char *b =
        (unsigned char *)(uintptr_t)OK(RAW(SYS_mremap, a + PAGE, 0, 2 * PAGE, MREMAP_MAYMOVE, 0));
    CHECK(b != a + PAGE && pages_are_numbered(b, 2, 2));
    a[PAGE] = 99;
    CHECK(b[0] == 99);
    unsigned char *to = map_pages(3);
    IS(RAW(SYS_mremap, a, 0, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to + PAGE) ==
           (long long)(uintptr_t)(to + PAGE),
       1);
    CHECK(pages_are_numbered(to + PAGE, 1, 1) && all_are(to, PAGE, 0));
    CHECK(pages_are_numbered(a, 1, 1));
    ERR(RAW(SYS_mremap, a, 0, PAGE, 0, 0), ENOMEM);
    munmap(a, 4 * PAGE);
    munmap(b, 2 * PAGE);
    munmap(to, 3 * PAGE);
    close(fd);
}

int main(void)
{
    grow(MAP_SHARED);
    grow(MAP_PRIVATE);
    move(MAP_SHARED);
    move(MAP_PRIVATE);
    second();
    return done();
}
