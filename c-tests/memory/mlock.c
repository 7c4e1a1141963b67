/* CALLS: mlock, mlock2, munlock, mlockall, munlockall */
#include "pages.h"

#include <sys/resource.h>

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static void ranges(void)
{
    unsigned char *a = map_pages(4), *hole = room(1), in[4];
    OK(mlock(a + PAGE, 2 * PAGE));
    OK(mincore(a, 4 * PAGE, in)); /* locked pages are there */
    CHECK((in[1] & 1) && (in[2] & 1) && !(in[3] & 1));
    OK(mlock(a + 5, 1));
    OK(munlock(a + PAGE + 17, PAGE));
    OK(munlock(a, 4 * PAGE));
    OK(mlock(a, 0));
    ERR(mlock(hole, PAGE), ENOMEM);
    ERR(munlock(hole, PAGE), ENOMEM);
    OK(RAW(SYS_mlock2, a, PAGE, 0));
    OK(RAW(SYS_mlock2, a, 2 * PAGE, MLOCK_ONFAULT));
    ERR(RAW(SYS_mlock2, a, PAGE, 2), EINVAL);
    ERR2(RAW(SYS_mlock, a, sizeof(size_t) == 4 ? 0xffffe000LL : -8192LL), EINVAL,
         ENOMEM); /* as the user's limit says */
    munmap(a + 2 * PAGE, PAGE);
    ERR(mlock(a, 4 * PAGE), ENOMEM);
    munmap(a, 4 * PAGE);
}

/* What grows is locked like the rest. */
static void grown(void)
{
    unsigned char in[8], *a = map_pages(3);
    number_pages(a, 3, 1);
    OK(mlock(a, 3 * PAGE));
    a = mremap(a, 3 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
    CHECK(a != MAP_FAILED && pages_are_numbered(a, 3, 1));
    OK(mincore(a, 8 * PAGE, in));
    CHECK((in[3] & 1) && (in[7] & 1));
    munmap(a, 8 * PAGE);
}

static void all(void)
{
    ERR(mlockall(0), EINVAL);
    ERR(mlockall(64), EINVAL);
    ERR(mlockall(4), EINVAL); /* MCL_ONFAULT says nothing by itself */
    OK(mlockall(MCL_FUTURE));
    unsigned char in, *a = map_pages(1);
    OK(mincore(a, PAGE, &in));
    CHECK(in & 1);
    OK(munlockall());
    a = map_pages(1);
    OK(mincore(a, PAGE, &in));
    CHECK(!(in & 1));
}

/* An ordinary user may lock so much and no more, or nothing. */
static void limited(void)
{
    const struct rlimit little = {PAGE, PAGE}, none = {0, 0};
    OK(setrlimit(RLIMIT_MEMLOCK, &little));
    if (geteuid() == 0) {
        setgid(65534);
        setuid(65534);
    }
    ERR(mlockall(MCL_CURRENT), ENOMEM);
    OK(setrlimit(RLIMIT_MEMLOCK, &none));
    ERR(mlockall(MCL_CURRENT), EPERM);
}

int main(void)
{
    ranges();
    grown();
    all();
    limited();
    return done();
}
