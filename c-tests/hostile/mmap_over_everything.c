/* One mapping from the first page to the last. */
#include "bare.h"

int main(void)
{
    long long result = bare_mmap(FIRST, EVERYTHING, 3, 0x4032, -1, 0);
    *(volatile int *)(8192) = 7;
    end(result == FIRST && *(volatile int *)8192 == 7 && *(volatile char *)0xffffe000U == 0 ? 0 : result);
}
