#define _GNU_SOURCE
#include "wali/native/process/scratch.h"

#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#define PIECE UINT64_C(4096)

static uint64_t whole(uint64_t bytes)
{
    return (bytes + PIECE - 1) & ~(PIECE - 1);
}

static void *take(struct borrowed *borrowed, uint64_t bytes)
{
    void *const taken = borrowed->scratch;
    if (whole(bytes) > (uint64_t)(borrowed->scratch_end - borrowed->scratch)) {
        return NULL;
    }
    borrowed->scratch += whole(bytes);
    return taken;
}

void *scratch_map(uint64_t bytes)
{
    if (thread_borrows(wali_self)) {
        return take(wali_self->borrowed, bytes);
    }
    void *const mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapped != MAP_FAILED ? mapped : NULL;
}

/* Pieces are given back in the opposite order. */
void scratch_unmap(const void *memory, uint64_t bytes)
{
    if (thread_borrows(wali_self)) {
        wali_self->borrowed->scratch -= whole(bytes);
    } else {
        munmap((void *)(uintptr_t)memory, bytes);
    }
}
