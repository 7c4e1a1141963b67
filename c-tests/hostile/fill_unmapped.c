/* A fill and a copy, which the engine may do in code of its own, meet a page that is gone. */
#include "check.h"

#include <sys/mman.h>

int main(void)
{
    size_t length = 8 << 20;
    unsigned char *a = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(a + length / 2, 4096);
    say("now it faults");
    __builtin_memset(a, (int)(uintptr_t)a[5] + 1, length);
    say("it did not");
    return 0;
}
