/* CALLS: mremap */
/* REQUIRES: linux-5.13 */
#include "pages.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

int main(void)
{
    const int flags = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
    unsigned char *a = map_pages(3);
    number_pages(a, 3, 1);
    unsigned char *b = mremap(a, 3 * PAGE, 3 * PAGE, flags, NULL);
    CHECK(b != MAP_FAILED && b != a && pages_are_numbered(b, 3, 1));
    CHECK(all_are(a, 3 * PAGE, 0)); /* still there, empty */
    a[0] = 5;
    CHECK(b[0] == 1);
    CHECK(mremap(b, 3 * PAGE, 3 * PAGE, flags | MREMAP_FIXED, a) == a);
    CHECK(pages_are_numbered(a, 3, 1) && all_are(b, 3 * PAGE, 0));
    int fd = page_file("file", 2, 1);
    unsigned char *file = mmap(NULL, 2 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    unsigned char *moved = mremap(file, 2 * PAGE, 2 * PAGE, flags, NULL);
    CHECK(moved != MAP_FAILED && pages_are_numbered(file, 2, 1) && pages_are_numbered(moved, 2, 1));
    ERR(RAW(SYS_mremap, a, 3 * PAGE, 4 * PAGE, flags, 0), EINVAL);
    ERR(RAW(SYS_mremap, a, 3 * PAGE, 3 * PAGE, MREMAP_DONTUNMAP, 0), EINVAL);
    return done();
}
