/* Native stacks for the guest's threads, each above a guard. */
#ifndef WALI_BASE_NATIVE_STACK_H
#define WALI_BASE_NATIVE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lowest bytes of each native stack.  The first are for host code, whose entries keep struct
 * buffers and vectors there; those above are for handlers that run after an overflow. */
#define NATIVE_HOST_ROOM (UINT64_C(512) << 10)
#define NATIVE_HANDLER_ROOM (UINT64_C(1) << 20)

/* A thread that asks for more guest stack than usual gets this many times as much native stack, for
 * a function's native frame may be larger than its frame in guest memory (docs/THREADS.md). */
#define NATIVE_PER_GUEST 16

/* Bytes right above each stack, which are nobody's frames. */
#define NATIVE_SPARE ((size_t)16 << 10)

struct native_stack {
    char *low;     /* the lowest byte above the guard; NULL: no stack */
    uint64_t size; /* bytes, a multiple of the page size */
};

/* The bytes that compiled code may use of a usual stack.  If `fixed`, all stacks are usual.  Called
 * once, before the first stack is mapped. */
void native_stacks_begin(uint64_t bytes, bool fixed) __attribute__((visibility("hidden")));

/* The size of the stack for a thread with a guest stack of so many bytes; 0: not known. */
uint64_t native_stack_size_for(uint64_t guest_bytes) __attribute__((visibility("hidden")));

/* Maps a stack.  Where the kernel gives no such range, a smaller one, but at least the usual.
 * False if there is none, with errno set. */
bool native_stack_map(uint64_t size, struct native_stack *stack) __attribute__((visibility("hidden")));
/* Unmaps the stack, which becomes none; does nothing if it is none. */
void native_stack_unmap(struct native_stack *stack) __attribute__((visibility("hidden")));

/* Called by a thread that is about to end: gives back the memory of its stack below the caller's
 * frame, if the stack is a larger one than usual. */
void native_stack_trim(const struct native_stack *stack) __attribute__((visibility("hidden")));

/* Where compiled code must stop on the stack, and where a handler must that has this room. */
static inline uint64_t native_stack_handler_end(const struct native_stack *stack)
{
    return (uintptr_t)stack->low + NATIVE_HOST_ROOM;
}

static inline uint64_t native_stack_end(const struct native_stack *stack)
{
    return native_stack_handler_end(stack) + NATIVE_HANDLER_ROOM;
}

static inline uint64_t native_stack_top(const struct native_stack *stack)
{
    return (uintptr_t)stack->low + stack->size;
}

/* The spare bytes: zero when the stack is mapped. */
static inline void *native_stack_spare(const struct native_stack *stack)
{
    return stack->low + stack->size;
}

#endif
