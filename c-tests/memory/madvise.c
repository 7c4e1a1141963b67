/* CALLS: madvise */
#include "pages.h"

#ifndef MADV_COLD
#define MADV_COLD 20
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

static void forgets(void)
{
    unsigned char *a = map_pages(4);
    number_pages(a, 4, 1);
    OK(madvise(a + PAGE, 2 * PAGE, MADV_DONTNEED));
    CHECK(pages_are_numbered(a, 1, 1) && all_are(a + PAGE, 2 * PAGE, 0) &&
          pages_are_numbered(a + 3 * PAGE, 1, 4));
    OK(madvise(a + 3 * PAGE, 1, MADV_DONTNEED)); /* rounds up */
    CHECK(all_are(a + 3 * PAGE, PAGE, 0));
    OK(madvise(a, PAGE, MADV_FREE));
    CHECK(all_are(a, PAGE, 1) || all_are(a, PAGE, 0));
    a[0] = 3;
    CHECK(a[0] == 3);
    munmap(a, 4 * PAGE);

    int fd = page_file("file", 2, 1);
    a = mmap(NULL, 2 * PAGE, READ_WRITE, MAP_PRIVATE, fd, 0);
    memset(a, 50, 2 * PAGE);
    OK(madvise(a, PAGE, MADV_DONTNEED)); /* shows the file again */
    CHECK(pages_are_numbered(a, 1, 1) && all_are(a + PAGE, PAGE, 50));
    munmap(a, 2 * PAGE);
    close(fd);
}

static void punches(void)
{
    int fd = memfd_create("holes", 0);
    OK(ftruncate(fd, (off_t)(3 * PAGE)));
    unsigned char *a = mmap(NULL, 3 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    number_pages(a, 3, 1);
    OK(madvise(a + PAGE, PAGE, MADV_REMOVE));
    CHECK(pages_are_numbered(a, 1, 1) && all_are(a + PAGE, PAGE, 0) &&
          pages_are_numbered(a + 2 * PAGE, 1, 3));
    munmap(a, 3 * PAGE);
    a = map_pages(1);
    ERR(madvise(a, PAGE, MADV_REMOVE), EINVAL); /* not a file */
    close(fd);
}

static void harmless(void)
{
    static const int advice[] = {MADV_NORMAL,   MADV_RANDOM,     MADV_SEQUENTIAL,    MADV_WILLNEED,
                                 MADV_DONTDUMP, MADV_DODUMP,     MADV_DOFORK,        MADV_COLD,
                                 MADV_PAGEOUT,  MADV_KEEPONFORK, MADV_POPULATE_READ, MADV_POPULATE_WRITE};
    unsigned char *a = map_pages(3);
    number_pages(a, 3, 1);
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
        IS(madvise(a, 3 * PAGE, advice[i]), 0);
    }
    CHECK(pages_are_numbered(a, 3, 1));
    munmap(a, 3 * PAGE);
}

static void errors(void)
{
    unsigned char *a = map_pages(3);
    number_pages(a, 3, 1);
    ERR(madvise(a + 1, PAGE, MADV_DONTNEED), EINVAL);
    ERR(madvise(a, PAGE, 12345), EINVAL);
    ERR(madvise(a, 0, 12345), EINVAL);
    OK(madvise(a, 0, MADV_DONTNEED));
    ERR(RAW(SYS_madvise, a, sizeof(size_t) == 4 ? 0xfffff000LL : -4096LL, MADV_DONTNEED), EINVAL);
    munmap(a + PAGE, PAGE);
    ERR(madvise(a, 3 * PAGE, MADV_DONTNEED), ENOMEM); /* but it is done on both sides of the hole */
    CHECK(all_are(a, PAGE, 0) && all_are(a + 2 * PAGE, PAGE, 0));
    /* Making pages ends at the hole, before what is wrong behind it. */
    mprotect(a + 2 * PAGE, PAGE, PROT_NONE);
    ERR(madvise(a + 2 * PAGE, PAGE, MADV_POPULATE_WRITE), EINVAL);
    ERR(madvise(a + PAGE, 2 * PAGE, MADV_POPULATE_WRITE), ENOMEM);
    ERR(madvise(a, 3 * PAGE, MADV_POPULATE_READ), ENOMEM);
    munmap(a, 3 * PAGE);
}

int main(void)
{
    forgets();
    punches();
    harmless();
    errors();
    return done();
}
