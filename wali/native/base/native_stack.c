#define _GNU_SOURCE
#include "wali/native/base/native_stack.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

/* Larger than any frame of the core and than the kernel's signal frame, so that no access skips the
 * guard. */
#define GUARD (UINT64_C(128) << 10)

static uint64_t size;

void native_stack_set_size(uint64_t bytes)
{
    size = bytes;
}

uint64_t native_stack_size(void)
{
    return size;
}

char *native_stack_map(void)
{
    char *guard = mmap(NULL, GUARD + size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (guard == MAP_FAILED) {
        return NULL;
    }
    if (mprotect(guard, GUARD, PROT_NONE) != 0) {
        const int failure = errno;
        munmap(guard, GUARD + size);
        errno = failure;
        return NULL;
    }
    return guard + GUARD;
}

void native_stack_unmap(char *low)
{
    munmap(low - GUARD, GUARD + size);
}
