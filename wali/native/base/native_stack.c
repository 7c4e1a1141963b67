#define _GNU_SOURCE
#include "wali/native/base/native_stack.h"

#include <errno.h>
#include <sys/mman.h>

/* Larger than any frame of the core and than the kernel's signal frame, so that no access skips the
 * guard. */
#define GUARD (UINT64_C(128) << 10)
#define OUR_ROOM (NATIVE_HOST_ROOM + NATIVE_HANDLER_ROOM)
/* Only addresses: what no frame has touched takes no memory. */
#define LARGEST (UINT64_C(16) << 30)

static uint64_t usual;
static bool is_fixed;

void native_stacks_begin(uint64_t bytes, bool fixed)
{
    usual = bytes + OUR_ROOM;
    is_fixed = fixed;
}

uint64_t native_stack_size_for(uint64_t guest_bytes)
{
    uint64_t size = guest_bytes * NATIVE_PER_GUEST;
    size = ((size < LARGEST ? size : LARGEST) + OUR_ROOM + 4095) & ~UINT64_C(4095);
    return is_fixed || size < usual ? usual : size;
}

static bool map(uint64_t size, struct native_stack *stack)
{
    char *guard = mmap(NULL, GUARD + size + NATIVE_SPARE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (guard == MAP_FAILED) {
        return false;
    }
    *stack = (struct native_stack){guard + GUARD, size};
    if (size > usual) { /* a core file would seem to have all of it; few stacks are ever so deep */
        madvise(guard, GUARD + size - usual, MADV_DONTDUMP);
    }
    if (mprotect(guard, GUARD, PROT_NONE) != 0) {
        const int failure = errno;
        native_stack_unmap(stack);
        errno = failure;
        return false;
    }
    return true;
}

bool native_stack_map(uint64_t size, struct native_stack *stack)
{
    while (!map(size, stack)) {
        if (size <= usual) {
            return false;
        }
        size = size / 2 < usual ? usual : (size / 2) & ~UINT64_C(4095);
    }
    return true;
}

void native_stack_unmap(struct native_stack *stack)
{
    if (stack->low != NULL) {
        munmap(stack->low - GUARD, GUARD + stack->size + NATIVE_SPARE);
    }
    *stack = (struct native_stack){NULL, 0};
}

/* Room for the frames of the thread's end, libc's too. */
#define LAST_FRAMES ((uintptr_t)64 << 10)

void native_stack_trim(const struct native_stack *stack)
{
    const uintptr_t end = (((uintptr_t)__builtin_frame_address(0) - LAST_FRAMES) & ~(uintptr_t)4095);
    if (stack->size > usual && end > (uintptr_t)stack->low) {
        madvise(stack->low, end - (uintptr_t)stack->low, MADV_DONTNEED);
    }
}
