/* CALLS: mprotect */
#include "pages.h"

static void changes(void)
{
    unsigned char *a = map_pages(4);
    number_pages(a, 4, 1);
    OK(mprotect(a + PAGE, PAGE, PROT_READ));
    CHECK(can_read(a + PAGE));
    CHECK(!can_write(a + PAGE));
    OK(mprotect(a + PAGE, PAGE, PROT_NONE));
    CHECK(!can_read(a + PAGE));
    CHECK(can_read(a) && can_read(a + 2 * PAGE));
    OK(mprotect(a, 4 * PAGE, READ_WRITE));
    CHECK(pages_are_numbered(a, 4, 1));
    OK(mprotect(a, 4 * PAGE - 1, PROT_READ | PROT_EXEC)); /* rounds up */
    CHECK(!can_write(a + 4 * PAGE - 1));
    OK(mprotect(a, 0, PROT_NONE)); /* nothing */
    CHECK(can_read(a));
    OK(mprotect(a, 4 * PAGE, READ_WRITE));
    CHECK(can_write(a));
    OK(munmap(a, 4 * PAGE));
}

static void errors(void)
{
    unsigned char *a = map_pages(4);
    ERR(RAW(SYS_mprotect, a + 1, PAGE, PROT_READ), EINVAL);
    ERR(RAW(SYS_mprotect, a, PAGE, 0x10000000), EINVAL);
    ERR(RAW(SYS_mprotect, a, PAGE, PROT_READ | PROT_GROWSDOWN), EINVAL);
    ERR(RAW(SYS_mprotect, a, PAGE, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP), EINVAL);
    munmap(a + 2 * PAGE, PAGE);
    ERR(mprotect(a + 2 * PAGE, PAGE, PROT_READ), ENOMEM);
    ERR(mprotect(a, 4 * PAGE, PROT_READ), ENOMEM); /* changes what is before the hole */
    CHECK(!can_write(a) && !can_write(a + PAGE));
    CHECK(can_write(a + 3 * PAGE));
    ERR(RAW(SYS_mprotect, a, sizeof(size_t) == 4 ? 0xfffff000LL : -4096LL, PROT_READ), ENOMEM);
    munmap(a, 4 * PAGE);
}

/* A reservation of which parts are used, as runtimes and allocators have it. */
static void commit(void)
{
    unsigned char *a = map(64 * PAGE, PROT_NONE, ANONYMOUS | MAP_NORESERVE);
    OK(mprotect(a + 8 * PAGE, 16 * PAGE, READ_WRITE));
    number_pages(a + 8 * PAGE, 16, 1);
    CHECK(!can_read(a + 7 * PAGE) && !can_read(a + 24 * PAGE));
    OK(mprotect(a + 24 * PAGE, 8 * PAGE, READ_WRITE));
    CHECK(all_are(a + 24 * PAGE, 8 * PAGE, 0));
    CHECK(pages_are_numbered(a + 8 * PAGE, 16, 1));
    OK(munmap(a, 64 * PAGE));
}

int main(void)
{
    changes();
    errors();
    commit();
    return done();
}
