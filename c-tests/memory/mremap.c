/* CALLS: mremap */
#include "pages.h"

#include <sys/utsname.h>

static void sizes(void)
{
    unsigned char *a = room(16);
    a = mmap(a, 4 * PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    number_pages(a, 4, 1);
    CHECK(mremap(a, 4 * PAGE, 4 * PAGE, 0) == a);
    CHECK(mremap(a, 4 * PAGE, 2 * PAGE, 0) == a);
    CHECK(!can_read(a + 2 * PAGE) && !can_read(a + 3 * PAGE));
    CHECK(mremap(a, 2 * PAGE, 8 * PAGE, 0) == a); /* in place */
    CHECK(pages_are_numbered(a, 2, 1));
    CHECK(all_are(a + 2 * PAGE, 6 * PAGE, 0));
    CHECK(mremap(a, 8 * PAGE, 8 * PAGE + 1, MREMAP_MAYMOVE) == a); /* rounds up */
    a[9 * PAGE - 1] = 5;
    CHECK(mremap(a, 9 * PAGE, 1, 0) == a);
    CHECK(pages_are_numbered(a, 1, 1));
    CHECK(!can_read(a + PAGE));
    OK(munmap(a, PAGE));
}

static void moves(void)
{
    unsigned char *a = map_pages(6);
    number_pages(a, 6, 1);
    ERR(RAW(SYS_mremap, a, 2 * PAGE, 3 * PAGE, 0, 0), ENOMEM); /* no room */
    unsigned char *b = mremap(a, 2 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
    CHECK(b != MAP_FAILED && b != a);
    CHECK(pages_are_numbered(b, 2, 1));
    CHECK(all_are(b + 2 * PAGE, 18 * PAGE, 0));
    CHECK(!can_read(a) && !can_read(a + PAGE));
    CHECK(pages_are_numbered(a + 2 * PAGE, 4, 3));
    unsigned char *middle = mremap(a + 3 * PAGE, PAGE, 9 * PAGE, MREMAP_MAYMOVE); /* leaves a hole */
    CHECK(middle != MAP_FAILED && pages_are_numbered(middle, 1, 4) && all_are(middle + PAGE, 8 * PAGE, 0));
    CHECK(!can_read(a + 3 * PAGE));
    CHECK(pages_are_numbered(a + 2 * PAGE, 1, 3) && pages_are_numbered(a + 4 * PAGE, 2, 5));
    munmap(a, 6 * PAGE);
    munmap(b, 20 * PAGE);
    munmap(middle, 9 * PAGE);
}

static void fixed(void)
{
    unsigned char *a = map_pages(4), *b = map_pages(8);
    number_pages(a, 4, 1);
    number_pages(b, 8, 50);
    CHECK(mremap(a, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b + PAGE) == b + PAGE);
    CHECK(pages_are_numbered(b, 1, 50) && pages_are_numbered(b + PAGE, 4, 1) &&
          pages_are_numbered(b + 5 * PAGE, 3, 55));
    CHECK(!can_read(a) && !can_read(a + 3 * PAGE));
    /* Smaller and larger at the same time as moved. */
    CHECK(mremap(b + PAGE, 4 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, a) == a);
    CHECK(pages_are_numbered(a, 2, 1) && !can_read(a + 2 * PAGE));
    CHECK(!can_read(b + PAGE) && !can_read(b + 4 * PAGE));
    CHECK(mremap(a, 2 * PAGE, 5 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b + 2 * PAGE) == b + 2 * PAGE);
    CHECK(pages_are_numbered(b + 2 * PAGE, 2, 1) && all_are(b + 4 * PAGE, 3 * PAGE, 0));
    CHECK(pages_are_numbered(b + 7 * PAGE, 1, 57));
    munmap(b, 8 * PAGE);
}

static void attributes(void)
{
    unsigned char *a = room(16);
    a = mmap(a, 3 * PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    number_pages(a, 3, 1);
    OK(mprotect(a, 3 * PAGE, PROT_READ));
    CHECK(mremap(a, 3 * PAGE, 5 * PAGE, 0) == a); /* what grows is like the rest */
    CHECK(pages_are_numbered(a, 3, 1) && all_are(a + 3 * PAGE, 2 * PAGE, 0));
    CHECK(!can_write(a) && !can_write(a + 4 * PAGE));
    unsigned char *block = mmap(a + 5 * PAGE, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    unsigned char *b = mremap(a, 5 * PAGE, 9 * PAGE, MREMAP_MAYMOVE);
    CHECK(b != MAP_FAILED && b != a && !can_write(b + 8 * PAGE) && pages_are_numbered(b, 3, 1));
    CHECK(!can_read(a) && can_read(block));
    munmap(b, 9 * PAGE);
    munmap(block, PAGE);
}

static void errors(void)
{
    unsigned char *a = map_pages(4), *hole = room(4);
    number_pages(a, 4, 1);
    ERR(RAW(SYS_mremap, a + 1, PAGE, PAGE, 0, 0), EINVAL);
    ERR(RAW(SYS_mremap, a, PAGE, 0, 0, 0), EINVAL);
    ERR(RAW(SYS_mremap, a, PAGE, PAGE, 64, 0), EINVAL);
    CHECK(mremap(a, PAGE, PAGE, ~0) == MAP_FAILED && errno == EINVAL); /* no address was given */
    ERR(RAW(SYS_mremap, a, PAGE, PAGE, MREMAP_FIXED, hole), EINVAL);
    ERR(RAW(SYS_mremap, a, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, hole + 1), EINVAL);
    ERR(RAW(SYS_mremap, a, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, a + PAGE),
        EINVAL); /* overlap */
    ERR(RAW(SYS_mremap, a + 2 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, a + PAGE), EINVAL);
    ERR(RAW(SYS_mremap, hole, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0), EFAULT);
    ERR(RAW(SYS_mremap, hole, PAGE, PAGE, 0, 0), EFAULT);
    ERR(RAW(SYS_mremap, a, 0, PAGE, MREMAP_MAYMOVE, 0), EINVAL); /* a second time: only if shared */
    ERR(RAW(SYS_mremap, a, 4 * PAGE, sizeof(size_t) == 4 ? 0xffffd000LL : 1LL << 46, MREMAP_MAYMOVE, 0),
        ENOMEM);
    CHECK(pages_are_numbered(a, 4, 1));
    munmap(a + 2 * PAGE, PAGE);
    ERR(RAW(SYS_mremap, a, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, 0), EFAULT); /* a hole in it */
    CHECK(pages_are_numbered(a, 2, 1) && pages_are_numbered(a + 3 * PAGE, 1, 4));
    munmap(a, 4 * PAGE);
}

/* As realloc does it. */
static void steps(void)
{
    size_t pages = 1;
    unsigned char *a = map_pages(1), *b = map_pages(1);
    a[0] = b[0] = 1;
    bool right = true;
    while (pages < 4000) {
        a = mremap(a, pages * PAGE, 2 * pages * PAGE, MREMAP_MAYMOVE);
        b = mremap(b, pages * PAGE, 2 * pages * PAGE, MREMAP_MAYMOVE);
        for (size_t i = pages; i < 2 * pages; i++) {
            right = right && a[i * PAGE] == 0 && b[i * PAGE] == 0;
            a[i * PAGE] = b[i * PAGE] = (unsigned char)i;
        }
        pages *= 2;
    }
    for (size_t i = 1; i < pages; i++) {
        right = right && a[i * PAGE] == (unsigned char)i && b[i * PAGE] == (unsigned char)i;
    }
    CHECK(right);
    OK(munmap(a, pages * PAGE));
    OK(munmap(b, pages * PAGE));
}

/* Several mappings that are to become shorter and move keep their end: since Linux 6.17, which moves several. */
static void several(void)
{
    struct utsname system;
    int major = 0, minor = 0;
    uname(&system);
    sscanf(system.release, "%d.%d", &major, &minor);
    if (major < 6 || (major == 6 && minor < 17)) {
        for (int i = 0; i < 2; i++) {
            say("several mappings: yes");
        }
        return;
    }
    unsigned char *a = map_pages(3), *b = map_pages(3);
    number_pages(a, 3, 1);
    madvise(a, PAGE, MADV_DONTDUMP);
    const bool refused = mremap(a, 3 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b) == MAP_FAILED;
    say("several mappings: %s", refused && errno == EFAULT ? "yes" : "NO");
    say("several mappings: %s", pages_are_numbered(a, 3, 1) ? "yes" : "NO");
    munmap(a, 3 * PAGE);
    munmap(b, 3 * PAGE);
}

int main(void)
{
    sizes();
    moves();
    fixed();
    attributes();
    errors();
    steps();
    several();
    return done();
}
