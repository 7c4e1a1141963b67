/* CALLS: setrlimit, mmap, mprotect, mremap */
/* RLIMIT_DATA counts what is private and writable, and nothing else. */
#include "check.h"

#include <sys/mman.h>
#include <sys/resource.h>

#define MIB ((size_t)1 << 20)
#define READ_WRITE (PROT_READ | PROT_WRITE)

static bool fits(size_t bytes, int prot, int flags)
{
    void *at = mmap(NULL, bytes, prot, flags | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
        return errno == ENOMEM ? false : (abort(), false);
    }
    munmap(at, bytes);
    return true;
}

int main(void)
{
    const struct rlimit little = {32 * MIB, 64 * MIB}, more = {64 * MIB, 64 * MIB};
    OK(setrlimit(RLIMIT_DATA, &little));
    CHECK(fits(16 * MIB, READ_WRITE, MAP_PRIVATE));
    CHECK(!fits(40 * MIB, READ_WRITE, MAP_PRIVATE));
    CHECK(!fits(40 * MIB, PROT_WRITE, MAP_PRIVATE));
    CHECK(fits(40 * MIB, PROT_READ, MAP_PRIVATE));
    CHECK(fits(40 * MIB, READ_WRITE, MAP_SHARED));

    unsigned char *a = mmap(NULL, 40 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ERR(mprotect(a, 40 * MIB, READ_WRITE), ENOMEM);
    OK(mprotect(a, 16 * MIB, READ_WRITE));
    memset(a, 1, 16 * MIB);
    OK(mprotect(a, 16 * MIB, READ_WRITE)); /* again: it counts once */
    CHECK(!fits(20 * MIB, READ_WRITE, MAP_PRIVATE));
    CHECK(mremap(a, 16 * MIB, 36 * MIB, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
    OK(mprotect(a, 16 * MIB, PROT_NONE));
    CHECK(fits(20 * MIB, READ_WRITE, MAP_PRIVATE));
    OK(munmap(a, 40 * MIB));
    OK(setrlimit(RLIMIT_DATA, &more));
    CHECK(fits(40 * MIB, READ_WRITE, MAP_PRIVATE));

    unsigned char *s = mmap(NULL, 4096, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    s = mremap(s, 4096, 80 * MIB, MREMAP_MAYMOVE);
    CHECK(s != MAP_FAILED);
    OK(mprotect(s, 80 * MIB, PROT_READ));
    OK(mprotect(s, 80 * MIB, READ_WRITE));
    return done();
}
