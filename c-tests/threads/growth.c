/* Memory grows under threads that compute in what is there, and use new pages at once. */
/* CALLS: mmap, munmap */
#include "together.h"

#include <sys/mman.h>

#define COMPUTING 3
#define MIB (1 << 20)

static atomic_int stop, ready;
static _Atomic(unsigned char *) newest;

static void *compute(void *argument)
{
    uintptr_t wrong = 0;
    unsigned seed = (unsigned)(uintptr_t)argument;
    unsigned *field = malloc(4096 * sizeof *field);
    for (unsigned i = 0; i < 4096; i++) {
        field[i] = seed * i;
    }
    ready++;
    while (!stop) {
        for (unsigned i = 0; i < 4096; i++) {
            wrong += field[i] != seed * i;
            field[i] = seed * i;
        }
        unsigned char *fresh = newest; /* mapped by another thread a moment ago */
        if (fresh != NULL) {
            wrong += fresh[0] != 0xaa || fresh[8 * MIB - 1] != 0xbb;
        }
    }
    free(field);
    return (void *)wrong;
}

int main(void)
{
    pthread_t threads[COMPUTING];
    static unsigned char *blocks[64];
    for (uintptr_t i = 0; i < COMPUTING; i++) {
        threads[i] = start(compute, (void *)(i + 3));
    }
    wait_until(&ready, COMPUTING);
    for (int i = 0; i < 64; i++) { /* half a GiB, hardly touched */
        blocks[i] =
            mmap(NULL, 8 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (blocks[i] == MAP_FAILED) {
            CHECK(blocks[i] != MAP_FAILED);
            break;
        }
        blocks[i][0] = 0xaa;
        blocks[i][8 * MIB - 1] = 0xbb;
        newest = blocks[i];
        if (i % 8 == 0) {
            nap(1);
        }
    }
    stop = 1;
    for (int i = 0; i < COMPUTING; i++) {
        IS(joined(threads[i]), 0);
    }
    for (int i = 0; i < 64; i++) {
        if (munmap(blocks[i], 8 * MIB) != 0) {
            CHECK(!"munmap");
        }
    }
    return done();
}
