/* CALLS: remap_file_pages */
#include "pages.h"

int main(void)
{
    int fd = page_file("file", 4, 1);
    unsigned char *a = mmap(NULL, 4 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
    OK(RAW(SYS_remap_file_pages, a, PAGE, 0, 3, 0));
    OK(RAW(SYS_remap_file_pages, a + 3 * PAGE, PAGE, 0, 0, 0));
    CHECK(pages_are_numbered(a, 1, 4) && pages_are_numbered(a + PAGE, 2, 2) &&
          pages_are_numbered(a + 3 * PAGE, 1, 1));
    ERR(RAW(SYS_remap_file_pages, a, PAGE, PROT_READ, 0, 0), EINVAL);
    ERR(RAW(SYS_remap_file_pages, a, 0, 0, 0, 0), EINVAL);
    munmap(a, 4 * PAGE);
    ERR(RAW(SYS_remap_file_pages, a, PAGE, 0, 0, 0), EINVAL);
    a = map_pages(1);
    ERR(RAW(SYS_remap_file_pages, a, PAGE, 0, 0, 0), EINVAL); /* not shared */
    return done();
}
