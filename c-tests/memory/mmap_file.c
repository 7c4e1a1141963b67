/* CALLS: mmap, msync, munmap */
#include "pages.h"

static void private_file(void)
{
    int fd = page_file("private", 3, 1);
    unsigned char *a = mmap(NULL, 3 * PAGE, READ_WRITE, MAP_PRIVATE, fd, 0);
    unsigned char *last = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
    CHECK(pages_are_numbered(a, 3, 1));
    CHECK(pages_are_numbered(last, 1, 3));
    memset(a, 99, PAGE);
    unsigned char byte;
    IS(pread(fd, &byte, 1, 0), 1);
    CHECK(byte == 1);
    IS(pwrite(fd, "x", 1, PAGE), 1); /* not written to yet, so it shows */
    CHECK(a[PAGE] == 'x');
    close(fd); /* the mapping stays */
    CHECK(all_are(a, PAGE, 99));
    munmap(a, 3 * PAGE);
    munmap(last, PAGE);
}

static void shared_file(void)
{
    int fd = page_file("shared", 2, 1);
    unsigned char *a = mmap(NULL, 2 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    unsigned char *b = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
    memset(a + PAGE, 42, PAGE);
    CHECK(all_are(b, PAGE, 42));
    unsigned char bytes[4] = {0};
    IS(pread(fd, bytes, 4, PAGE), 4);
    CHECK(all_are(bytes, 4, 42));
    IS(pwrite(fd, "abcd", 4, 0), 4);
    CHECK(memcmp(a, "abcd", 4) == 0);
    OK(msync(a, 2 * PAGE, MS_SYNC));
    munmap(a, 2 * PAGE);
    munmap(b, PAGE);
    close(fd);
    fd = open("shared", O_RDONLY);
    IS(pread(fd, bytes, 4, 0), 4);
    CHECK(memcmp(bytes, "abcd", 4) == 0);
    close(fd);
}

static void past_the_end(void)
{
    int fd = make_file("short", "hello");
    unsigned char *a = mmap(NULL, 3 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    CHECK(memcmp(a, "hello", 5) == 0);
    CHECK(all_are(a + 5, PAGE - 5, 0)); /* the rest of its last page */
    CHECK(!can_read(a + PAGE));
    CHECK(!can_write(a + 2 * PAGE));
    OK(ftruncate(fd, (off_t)(2 * PAGE)));
    CHECK(all_are(a + PAGE, PAGE, 0));
    CHECK(!can_read(a + 2 * PAGE));
    OK(ftruncate(fd, 0));
    CHECK(!can_read(a));
    munmap(a, 3 * PAGE);
    a = (unsigned char *)(uintptr_t)OK(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 1LL << 40));
    CHECK(!can_read(a));
    munmap(a, PAGE);
    close(fd);
}

static void permissions(void)
{
    int reader = open("shared", O_RDONLY), writer = open("shared", O_WRONLY), both = open("shared", O_RDWR);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_SHARED, reader, 0), EACCES);
    ERR(map_raw(NULL, PAGE, PROT_WRITE, MAP_SHARED, writer, 0), EACCES);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, writer, 0), EACCES);
    unsigned char *a =
        (unsigned char *)(uintptr_t)OK(map_raw(NULL, PAGE, READ_WRITE, MAP_PRIVATE, reader, 0));
    a[0] = 1;
    munmap(a, PAGE);
    a = (unsigned char *)(uintptr_t)OK(map_raw(NULL, PAGE, PROT_READ, MAP_SHARED, reader, 0));
    CHECK(!can_write(a));
    ERR(mprotect(a, PAGE, READ_WRITE), EACCES);
    munmap(a, PAGE);
    ERR(map_raw(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, both, (long long)0x7ffffffffffff000), EOVERFLOW);
    int ends[2], directory = open(".", O_RDONLY | O_DIRECTORY);
    OK(pipe(ends));
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0), ENODEV);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, directory, 0), ENODEV);
    close(reader);
    close(writer);
    close(both);
}

/* Devices that map. */
static void devices(void)
{
    int zero = open("/dev/zero", O_RDWR);
    unsigned char *a = mmap(NULL, 2 * PAGE, READ_WRITE, MAP_PRIVATE, zero, 0);
    CHECK(a != MAP_FAILED && all_are(a, 2 * PAGE, 0));
    a[PAGE] = 1;
    munmap(a, 2 * PAGE);
    ERR(map_raw(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/dev/null", O_RDONLY), 0), ENODEV);
    close(zero);
}

int main(void)
{
    private_file();
    shared_file();
    past_the_end();
    permissions();
    devices();
    return done();
}
