/* CALLS: brk */
#include "check.h"

int main(void)
{
    /* The kernel answers where the break is, whether it moved or not. */
    CHECK(RAW(SYS_brk, 1) == RAW(SYS_brk, 0));
    void *block = malloc(200000);
    CHECK(block != NULL);
    memset(block, 1, 200000);
    free(block);
    return done();
}
