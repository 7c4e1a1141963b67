/* CALLS: mincore */
#include "pages.h"

int main(void)
{
    unsigned char in[8];
    unsigned char *a = map_pages(5);
    memset(in, 0xee, sizeof in);
    a[PAGE] = 1;
    a[3 * PAGE] = 1;
    OK(mincore(a, 4 * PAGE + 1, in));
    say("%d %d %d %d %d, then %#x", in[0] & 1, in[1] & 1, in[2] & 1, in[3] & 1, in[4] & 1, in[5]);
    OK(mincore(a, 0, in));
    ERR(RAW(SYS_mincore, a + 1, PAGE, in), EINVAL);
    ERR(RAW(SYS_mincore, a, PAGE, bad_pointer()), EFAULT);
    munmap(a + 2 * PAGE, PAGE);
    ERR(RAW(SYS_mincore, a, 5 * PAGE, in), ENOMEM);
    ERR(RAW(SYS_mincore, a + 2 * PAGE, PAGE, in), ENOMEM);
    ERR(RAW(SYS_mincore, a, sizeof(size_t) == 4 ? 0xfffff000LL : -4096LL, in), ENOMEM);
    return done();
}
