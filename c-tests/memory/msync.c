/* CALLS: msync */
#include "pages.h"

int main(void)
{
    int fd = page_file("file", 3, 1);
    unsigned char *a = mmap(NULL, 3 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    memset(a + PAGE, 9, PAGE);
    OK(msync(a, 3 * PAGE, MS_SYNC));
    OK(msync(a, 3 * PAGE, MS_ASYNC));
    OK(msync(a + PAGE, 1, MS_SYNC | MS_INVALIDATE));
    OK(msync(a, 0, MS_SYNC));
    OK(RAW(SYS_msync, a, PAGE, 0));
    ERR(RAW(SYS_msync, a + 1, PAGE, MS_SYNC), EINVAL);
    ERR(RAW(SYS_msync, a, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
    ERR(RAW(SYS_msync, a, PAGE, 64), EINVAL);
    munmap(a + PAGE, PAGE);
    ERR(RAW(SYS_msync, a, 3 * PAGE, MS_SYNC), ENOMEM);
    ERR(RAW(SYS_msync, a + PAGE, PAGE, MS_SYNC), ENOMEM);
    ERR(RAW(SYS_msync, a, sizeof(size_t) == 4 ? 0xfffff000LL : -4096LL, MS_SYNC), ENOMEM);
    munmap(a, 3 * PAGE);
    close(fd);
    fd = open("file", O_RDONLY);
    a = mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
    CHECK(pages_are_numbered(a, 1, 1) && all_are(a + PAGE, PAGE, 9) &&
          pages_are_numbered(a + 2 * PAGE, 1, 3));
    return done();
}
