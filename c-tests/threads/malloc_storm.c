/* Eight threads allocate, resize, hand over and free; every block keeps what was written to it. */
/* CALLS: mmap, munmap, mremap, futex */
#include "together.h"

#define THREADS 8
#define ROUNDS 12000
#define SLOTS 64

struct block {
    size_t size;
    unsigned char mark;
};

static _Atomic(struct block *) handover[SLOTS];

static int spoiled(const struct block *block)
{
    const unsigned char *bytes = (const unsigned char *)(block + 1);
    return block->size > 0 && (bytes[0] != block->mark || bytes[block->size / 2] != block->mark ||
                               bytes[block->size - 1] != block->mark);
}

static struct block *make(size_t size, unsigned char mark)
{
    struct block *block = malloc(sizeof *block + size);
    block->size = size;
    block->mark = mark;
    memset(block + 1, mark, size);
    return block;
}

static void *work(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument * 7919;
    uintptr_t wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        seed = seed * 1103515245 + 12345;
        size_t size = (seed >> 8 & 1023) == 0 ? 300000 : (seed >> 8 & 63) == 0 ? 20000 : seed >> 16 & 511;
        struct block *block = make(size, (unsigned char)seed);
        if ((seed & 0x300) == 0) {
            size_t bigger = size + (seed >> 20 & 1023);
            block = realloc(block, sizeof *block + bigger);
            wrong += (uintptr_t)spoiled(block);
            memset((char *)(block + 1) + size, block->mark, bigger - size);
            block->size = bigger;
        }
        struct block *old = atomic_exchange(&handover[seed >> 24 & (SLOTS - 1)], block); /* others' too */
        if (old != NULL) {
            wrong += (uintptr_t)spoiled(old);
            free(old);
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
    for (int i = 0; i < SLOTS; i++) {
        if (handover[i] != NULL && spoiled(handover[i])) {
            CHECK(!spoiled(handover[i]));
        }
        free(handover[i]);
    }
    return done();
}
