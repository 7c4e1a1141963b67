/* CALLS: mmap */
/* What may grow down is private and anonymous. */
#include "pages.h"

int main(void)
{
    int fd = page_file("file", 1, 1);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0), EINVAL);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_SHARED | MAP_GROWSDOWN, fd, 0), EINVAL);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0), EINVAL);
    ERR(map_raw(NULL, PAGE, READ_WRITE, MAP_PRIVATE | MAP_GROWSDOWN, -1, 0), EBADF);
    unsigned char *stack = map(2 * PAGE, READ_WRITE, ANONYMOUS | MAP_GROWSDOWN | MAP_STACK);
    memset(stack, 1, 2 * PAGE);
    OK(munmap(stack, 2 * PAGE));
    return done();
}
