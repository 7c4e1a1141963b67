/* CALLS: mmap, munmap, mremap, brk */
/* 200,000 allocations, growths and frees of all sizes, each block filled and checked. */
#include "check.h"

#include <malloc.h>

#define SLOTS 2000

static struct slot {
    unsigned char *block;
    size_t size;
    unsigned char mark;
} slots[SLOTS];

static uint64_t state = 88172645463325252ull;

static uint64_t next(void)
{
    state ^= state << 13, state ^= state >> 7;
    return state ^= state << 17;
}

static size_t some_size(void)
{
    uint64_t kind = next() % 100;
    return (size_t)(kind < 80 ? next() % 256 : kind < 97 ? next() % 16384 : next() % 300000) + 1;
}

static bool intact(const struct slot *slot, size_t size)
{
    return slot->block[0] == slot->mark && slot->block[size / 2] == slot->mark &&
           slot->block[size - 1] == slot->mark;
}

int main(void)
{
    int bad = 0, misaligned = 0;
    for (int i = 0; i < 200000; i++) {
        struct slot *slot = &slots[next() % SLOTS];
        size_t size = some_size();
        if (!slot->block) {
            slot->block = next() % 4 ? malloc(size) : calloc(1, size);
        } else if (next() % 2) {
            bad += !intact(slot, slot->size);
            free(slot->block);
            slot->block = NULL;
            continue;
        } else {
            slot->block = realloc(slot->block, size);
            size_t kept = size < slot->size ? size : slot->size;
            bad += slot->block[0] != slot->mark || slot->block[kept - 1] != slot->mark;
        }
        misaligned += (uintptr_t)slot->block % 16 != 0;
        slot->size = size;
        slot->mark = (unsigned char)next();
        memset(slot->block, slot->mark, size);
    }
    IS(bad, 0);
    IS(misaligned, 0);

    unsigned char *large = malloc(50 << 20);
    CHECK(large != NULL);
    large[0] = 1, large[(50 << 20) - 1] = 2;
    large = realloc(large, 100 << 20);
    CHECK(large[0] == 1 && large[(50 << 20) - 1] == 2);
    large = realloc(large, 1 << 20);
    CHECK(large[0] == 1);
    free(large);
    unsigned char *zero = calloc(3 << 20, 5);
    int sum = 0;
    for (int i = 0; i < 15 << 20; i += 4096) {
        sum += zero[i];
    }
    IS(sum, 0);
    free(zero);
    void *aligned = NULL;
    IS(posix_memalign(&aligned, 65536, 100), 0);
    IS((uintptr_t)aligned % 65536, 0);
    free(aligned);
    IS((uintptr_t)aligned_alloc(4096, 8192) % 4096, 0);
    /* Through a pointer: compilers take it that malloc itself succeeds and leaves errno alone. */
    void *(*volatile allocate)(size_t) = malloc;
    errno = 0;
    CHECK(allocate((size_t)-100000) == NULL && errno == ENOMEM);
    return done();
}
