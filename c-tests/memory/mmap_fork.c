/* CALLS: mmap, munmap */
#include "pages.h"

#include <sys/wait.h>

int main(void)
{
    unsigned char *shared = map(2 * PAGE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    unsigned char *mine = map_pages(2);
    unsigned char *wiped = map_pages(1);
    shared[0] = mine[0] = wiped[0] = 1;
    OK(madvise(wiped, PAGE, MADV_WIPEONFORK));
    pid_t child = fork();
    if (child == 0) {
        shared[PAGE] = mine[0] == 1 && wiped[0] == 0;
        mine[0] = 2;
        munmap(mine, 2 * PAGE);
        unsigned char *own = map_pages(8); /* the child's map is its own */
        number_pages(own, 8, 1);
        shared[0] = pages_are_numbered(own, 8, 1) ? 7 : 8;
        _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    IS(status, 0);
    IS(shared[0], 7);
    IS(shared[PAGE], 1);
    CHECK(mine[0] == 1 && wiped[0] == 1);
    return done();
}
