/* CALLS: munmap, mmap */
#include "pages.h"

static void parts(void)
{
    unsigned char *a = map_pages(7);
    number_pages(a, 7, 1);
    OK(munmap(a + 2 * PAGE, PAGE));
    OK(munmap(a + 4 * PAGE, 1)); /* rounds up */
    CHECK(!can_read(a + 2 * PAGE) && !can_read(a + 4 * PAGE) && !can_read(a + 5 * PAGE - 1));
    CHECK(pages_are_numbered(a, 2, 1));
    CHECK(pages_are_numbered(a + 3 * PAGE, 1, 4));
    CHECK(pages_are_numbered(a + 5 * PAGE, 2, 6));
    OK(munmap(a + 2 * PAGE, PAGE)); /* nothing there: not an error */
    OK(munmap(a, 7 * PAGE));        /* over holes */
    CHECK(!can_read(a) && !can_read(a + 3 * PAGE) && !can_read(a + 6 * PAGE));
    OK(munmap(a, 7 * PAGE));
}

static void errors(void)
{
    unsigned char *a = map_pages(2);
    ERR(RAW(SYS_munmap, a, 0), EINVAL);
    ERR(RAW(SYS_munmap, a + 1, PAGE), EINVAL);
    ERR(RAW(SYS_munmap, a, sizeof(size_t) == 4 ? 0xffffffffLL : -1LL), EINVAL);
    a[0] = 1;
    OK(munmap(a, 2 * PAGE));
}

/* More addresses than 4 GiB has, were holes not used again. */
static void reuse(void)
{
    unsigned failures = 0;
    for (unsigned i = 0; i < 20000; i++) {
        unsigned char *large = mmap(NULL, 64 * PAGE, READ_WRITE, ANONYMOUS, -1, 0);
        unsigned char *small = mmap(NULL, PAGE, READ_WRITE, ANONYMOUS, -1, 0);
        failures += large == MAP_FAILED || small == MAP_FAILED || large[0] != 0 || small[0] != 0;
        large[0] = small[0] = 1;
        failures += munmap(large, 64 * PAGE) != 0 || munmap(small, PAGE) != 0;
    }
    IS(failures, 0);
}

static void many(void)
{
    static unsigned char *kept[1000];
    unsigned wrong = 0;
    for (unsigned i = 0; i < 20000; i++) {
        unsigned slot = i * 7919 % 1000, pages = 1 + i % 13;
        if (kept[slot] != NULL) {
            wrong += kept[slot][0] != (unsigned char)slot;
            munmap(kept[slot], (1 + kept[slot][1]) * PAGE);
        }
        kept[slot] = mmap(NULL, pages * PAGE, READ_WRITE, ANONYMOUS, -1, 0);
        wrong += kept[slot] == MAP_FAILED || !all_are(kept[slot], 16, 0) || kept[slot][pages * PAGE - 1] != 0;
        kept[slot][0] = (unsigned char)slot;
        kept[slot][1] = (unsigned char)(pages - 1);
        kept[slot][pages * PAGE - 1] = 1;
    }
    IS(wrong, 0);
}

int main(void)
{
    parts();
    errors();
    reuse();
    many();
    return done();
}
