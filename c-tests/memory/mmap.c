/* CALLS: mmap, munmap */
#include "pages.h"

static void anonymous(void)
{
    unsigned char *a = map(3 * PAGE, READ_WRITE, ANONYMOUS);
    CHECK((uintptr_t)a % PAGE == 0);
    CHECK(all_are(a, 3 * PAGE, 0));
    memset(a, 7, 3 * PAGE);
    unsigned char *b = map(1, READ_WRITE, ANONYMOUS); /* a whole page */
    CHECK(all_are(b, PAGE, 0));
    b[PAGE - 1] = 1;
    CHECK(b + PAGE <= a || b >= a + 3 * PAGE);
    unsigned char *c = map(100000, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    CHECK(all_are(c, 100000, 0));
    c[100351] = 2;
    OK(munmap(a, 3 * PAGE));
    CHECK(!can_read(a));
    CHECK(!can_read(a + 3 * PAGE - 1));
    OK(munmap(b, 1));
    CHECK(!can_read(b));
    OK(munmap(c, 100000));
    CHECK(!can_read(c + 100351));
}

static void protections(void)
{
    unsigned char *none = map(PAGE, PROT_NONE, ANONYMOUS);
    CHECK(!can_read(none));
    CHECK(!can_write(none));
    unsigned char *readable = map(PAGE, PROT_READ, ANONYMOUS);
    CHECK(can_read(readable));
    CHECK(!can_write(readable));
    unsigned char *both = map(PAGE, READ_WRITE | PROT_EXEC, ANONYMOUS);
    CHECK(can_read(both));
    CHECK(can_write(both));
    munmap(none, PAGE);
    munmap(readable, PAGE);
    munmap(both, PAGE);
}

static void errors(void)
{
    int fd = page_file("file", 1, 1);
    ERR(map_raw(NULL, 0, READ_WRITE, ANONYMOUS, -1, 0), EINVAL);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_ANONYMOUS, -1, 0), EINVAL);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0), EBADF);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, 1234, 0), EBADF);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 1), EINVAL);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 4095), EINVAL);
    ERR(map_raw(NULL, PAGE, PROT_READ, 0, fd, 0), EINVAL);
    ERR(map_raw((void *)(uintptr_t)(16 * PAGE + 1), PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
    ERR(map_raw(NULL, sizeof(size_t) == 4 ? 0xfffff000 : 1ULL << 47, READ_WRITE, ANONYMOUS | MAP_NORESERVE,
                -1, 0),
        ENOMEM);
    ERR(map_raw(NULL, sizeof(size_t) == 4 ? 0xffffffff : ~0ULL, READ_WRITE, ANONYMOUS | MAP_NORESERVE, -1, 0),
        ENOMEM);
    close(fd);
}

static void flags(void)
{
    const int ignored = MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK;
    unsigned char *a = map(4 * PAGE, READ_WRITE, ANONYMOUS | ignored);
    CHECK(all_are(a, 4 * PAGE, 0));
    munmap(a, 4 * PAGE);
    a = map(2 * PAGE, READ_WRITE, ANONYMOUS | MAP_GROWSDOWN);
    a[0] = 1;
    munmap(a, 2 * PAGE);
    a = (unsigned char *)(uintptr_t)OK(
        map_raw(NULL, PAGE, READ_WRITE, ANONYMOUS | 0x40, -1, 0)); /* MAP_32BIT */
    a[1] = 1;
    munmap(a, PAGE);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_SHARED_VALIDATE | (1 << 21), open("file", O_RDWR), 0),
        EOPNOTSUPP);
}

int main(void)
{
    anonymous();
    protections();
    errors();
    flags();
    return done();
}
