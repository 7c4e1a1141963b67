/* Eight threads map, move, resize and unmap; every page keeps what was written to it, and new ones are zero.
 */
/* CALLS: mmap, munmap, mremap, mprotect, madvise */
#include "together.h"

#include <sys/mman.h>

#define THREADS 8
#define ROUNDS 1500
#define PAGE 4096

static unsigned random_of(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 12;
}

static void mark(unsigned char *at, size_t from, size_t pages, unsigned value)
{
    for (size_t i = from; i < pages; i++) {
        memcpy(at + i * PAGE, &value, sizeof value);
        memcpy(at + i * PAGE + PAGE - sizeof value, &value, sizeof value);
    }
}

static unsigned wrong_pages(const unsigned char *at, size_t from, size_t pages, unsigned value)
{
    unsigned wrong = 0;
    for (size_t i = from; i < pages; i++) {
        wrong += memcmp(at + i * PAGE, &value, sizeof value) != 0;
        wrong += memcmp(at + i * PAGE + PAGE - sizeof value, &value, sizeof value) != 0;
    }
    return wrong;
}

static unsigned char *map(size_t pages)
{
    return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static unsigned change(unsigned char **at, size_t *pages, unsigned value, unsigned *seed)
{
    unsigned wrong = wrong_pages(*at, 0, *pages, value);
    size_t wanted = 1 + random_of(seed) % 40;
    switch (random_of(seed) % 4) {
    case 0: {
        unsigned char *moved = mremap(*at, *pages * PAGE, wanted * PAGE, MREMAP_MAYMOVE);
        if (moved == MAP_FAILED) {
            return wrong + 1;
        }
        size_t kept = wanted < *pages ? wanted : *pages;
        wrong += wrong_pages(moved, 0, kept, value) + wrong_pages(moved, kept, wanted, 0);
        mark(moved, kept, wanted, value);
        *at = moved;
        *pages = wanted;
        return wrong;
    }
    case 1:
        wrong += mprotect(*at, *pages * PAGE, PROT_READ) != 0;
        wrong += wrong_pages(*at, 0, *pages, value);
        wrong += mprotect(*at, *pages * PAGE, PROT_READ | PROT_WRITE) != 0;
        return wrong;
    case 2:
        wrong += madvise(*at, *pages * PAGE, MADV_DONTNEED) != 0;
        wrong += wrong_pages(*at, 0, *pages, 0);
        mark(*at, 0, *pages, value);
        return wrong;
    default:
        wrong += munmap(*at, *pages * PAGE) != 0;
        *at = NULL;
        return wrong;
    }
}

static void *work(void *argument)
{
    unsigned self = (unsigned)(uintptr_t)argument, seed = self * 7919;
    uintptr_t wrong = 0;
    unsigned char *kept[12] = {NULL};
    size_t pages[12];
    for (int i = 0; i < ROUNDS; i++) {
        unsigned slot = random_of(&seed) % 12, value = self << 16 | (slot + 1);
        if (kept[slot] == NULL) {
            pages[slot] = 1 + random_of(&seed) % 40;
            kept[slot] = map(pages[slot]);
            wrong += wrong_pages(kept[slot], 0, pages[slot], 0);
            mark(kept[slot], 0, pages[slot], value);
        } else {
            wrong += change(&kept[slot], &pages[slot], value, &seed);
        }
    }
    for (int i = 0; i < 12; i++) {
        if (kept[i] != NULL) {
            munmap(kept[i], pages[i] * PAGE);
        }
    }
    return (void *)wrong;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        threads[i] = start(work, (void *)(i + 1));
    }
    for (int i = 0; i < THREADS; i++) {
        IS(joined(threads[i]), 0);
    }
    return done();
}
