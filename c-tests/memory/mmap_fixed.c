/* CALLS: mmap */
#include "pages.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static void replaces(void)
{
    unsigned char *a = map_pages(5);
    number_pages(a, 5, 10);
    CHECK(mmap(a + PAGE, 2 * PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0) == a + PAGE);
    CHECK(pages_are_numbered(a, 1, 10));
    CHECK(all_are(a + PAGE, 2 * PAGE, 0));
    CHECK(pages_are_numbered(a + 3 * PAGE, 2, 13));
    CHECK(mmap(a, 5 * PAGE, PROT_NONE, ANONYMOUS | MAP_FIXED, -1, 0) == a);
    CHECK(!can_read(a) && !can_read(a + 4 * PAGE));
    int fd = page_file("file", 2, 50);
    CHECK(mmap(a + 2 * PAGE, 2 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == a + 2 * PAGE);
    CHECK(pages_are_numbered(a + 2 * PAGE, 2, 50));
    CHECK(!can_read(a + PAGE) && !can_read(a + 4 * PAGE));
    close(fd);
    OK(munmap(a, 5 * PAGE));
}

static void refused(void)
{
    unsigned char *a = map_pages(3);
    number_pages(a, 3, 1);
    /* The kernel looks at the descriptor first, so nothing is replaced. */
    ERR(map_raw(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 1234, 0), EBADF);
    ERR(map_raw(a + 1, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
    ERR(map_raw(a, PAGE, READ_WRITE, MAP_ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
    CHECK(pages_are_numbered(a, 3, 1));
    munmap(a, 3 * PAGE);
}

static void no_replace(void)
{
    unsigned char *a = room(4);
    const int flags = ANONYMOUS | MAP_FIXED_NOREPLACE;
    CHECK(mmap(a + PAGE, PAGE, READ_WRITE, flags, -1, 0) == a + PAGE);
    a[PAGE] = 9;
    ERR(map_raw(a + PAGE, PAGE, READ_WRITE, flags, -1, 0), EEXIST);
    ERR(map_raw(a, 2 * PAGE, READ_WRITE, flags, -1, 0), EEXIST);
    ERR(map_raw(a, 4 * PAGE, READ_WRITE, flags | MAP_FIXED, -1, 0), EEXIST);
    CHECK(a[PAGE] == 9);
    CHECK(!can_read(a) && !can_read(a + 2 * PAGE));
    CHECK(mmap(a, PAGE, READ_WRITE, flags, -1, 0) == a);
    CHECK(mmap(a + 2 * PAGE, 2 * PAGE, READ_WRITE, flags, -1, 0) == a + 2 * PAGE);
    CHECK(all_are(a, PAGE, 0) && a[PAGE] == 9 && all_are(a + 2 * PAGE, 2 * PAGE, 0));
    OK(munmap(a, 4 * PAGE));
}

static void hints(void)
{
    unsigned char *a = room(8);
    CHECK(mmap(a, PAGE, READ_WRITE, ANONYMOUS, -1, 0) == a);
    CHECK(mmap(a + 2 * PAGE + 123, PAGE, READ_WRITE, ANONYMOUS, -1, 0) == a + 2 * PAGE);
    unsigned char *b = mmap(a, PAGE, READ_WRITE, ANONYMOUS, -1, 0);
    CHECK(b != MAP_FAILED && b != a);
    munmap(b, PAGE);
    b = mmap(a + PAGE, 2 * PAGE, READ_WRITE, ANONYMOUS, -1, 0); /* room for one only */
    CHECK(b != MAP_FAILED && b != a + PAGE);
    munmap(b, 2 * PAGE);
    CHECK(mmap(a + PAGE, PAGE, READ_WRITE, ANONYMOUS, -1, 0) == a + PAGE);
    b = mmap((void *)(uintptr_t)1, PAGE, READ_WRITE, ANONYMOUS, -1, 0);
    CHECK(b != MAP_FAILED && (uintptr_t)b >= 65536);
    munmap(b, PAGE);
    OK(munmap(a, 8 * PAGE)); /* most of it is not mapped */
}

int main(void)
{
    replaces();
    refused();
    no_replace();
    hints();
    return done();
}
