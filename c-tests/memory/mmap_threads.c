/* CALLS: mmap, munmap, mremap, mprotect */
#include "pages.h"

#include <pthread.h>

#define THREADS 4
#define ROUNDS 4000

/* Every thread maps, moves and unmaps; nobody else's pages show. */
static void *work(void *argument)
{
    uintptr_t self = (uintptr_t)argument, wrong = 0;
    unsigned char *kept[16] = {NULL};
    size_t pages[16];
    unsigned seed = (unsigned)self;
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = seed * 1103515245 + 12345;
        unsigned slot = seed >> 16 & 15, size = 1 + (seed >> 20 & 31);
        unsigned char mark = (unsigned char)(self * 16 + slot);
        if (kept[slot] == NULL) {
            kept[slot] = map_pages(size);
            pages[slot] = size;
            wrong += kept[slot][0] != 0 || kept[slot][size * PAGE - 1] != 0;
            kept[slot][0] = mark;
        } else if ((seed >> 28 & 3) == 0) {
            unsigned char *moved = mremap(kept[slot], pages[slot] * PAGE, size * PAGE, MREMAP_MAYMOVE);
            wrong += moved == MAP_FAILED;
            kept[slot] = moved;
            pages[slot] = size;
            wrong += kept[slot][0] != mark;
        } else if ((seed >> 28 & 3) == 1) {
            wrong += mprotect(kept[slot], PAGE, PROT_READ) != 0 || kept[slot][0] != mark;
            wrong += mprotect(kept[slot], PAGE, READ_WRITE) != 0;
        } else {
            wrong += kept[slot][0] != mark;
            wrong += munmap(kept[slot], pages[slot] * PAGE) != 0;
            kept[slot] = NULL;
        }
    }
    return (void *)wrong;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        IS(pthread_create(&threads[i], NULL, work, (void *)(i + 1)), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        IS(pthread_join(threads[i], &wrong), 0);
        IS((uintptr_t)wrong, 0);
    }
    return done();
}
