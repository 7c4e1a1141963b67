/* Copies of the native stack to jump back to, and where a thread keeps them. */
#ifndef WALI_JUMPS_JUMP_STACK_H
#define WALI_JUMPS_JUMP_STACK_H

#include "wali/native/engine/internals/frames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wali_thread;

struct jump_registers {
    uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};

/* Saves the registers as they are for the caller, and its stack from there up
 * to `high`, into bytes.  Returns 0, and the jump's value when jumped to. */
int jump_save(struct jump_registers *registers, void *bytes, uintptr_t high)
    __attribute__((returns_twice, visibility("hidden")));
void jump_restore(const struct jump_registers *registers, const void *bytes, size_t size, int value)
    __attribute__((noreturn, visibility("hidden")));

struct jump {
    struct jump *previous;
    uint64_t serial;
    uint32_t buffer;          /* guest address of the jmp_buf */
    uint32_t stack_pointer;   /* the guest's */
    uint64_t activation;      /* its number */
    uintptr_t frame;          /* frame pointer of the wasm function that called setjmp */
    uintptr_t site;           /* where setjmp returns to in it */
    uintptr_t return_address; /* where that function returns to */
    bool has_mask;
    uint64_t mask;
    struct jump_registers registers;
    size_t size;
    _Alignas(16) char bytes[];
};

/* Jumps lie in the order of their frames, the innermost last, so that those
 * whose frame has ended are dropped from the end. */
struct jump_arena {
    struct jump *last;
    uint64_t serial;
    char *free, *end;
};

/* The thread's; aborts the guest without memory. */
struct jump_arena *jump_arena_of(struct wali_thread *thread) __attribute__((visibility("hidden")));
void jumps_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* A place for `size` bytes of stack.  In a loop it is the one that an earlier pass of the same
 * call left, so that copies of the jmp_buf stay good. */
struct jump *jump_make(struct jump_arena *arena, const struct caller_frame *caller, uint32_t buffer,
                       size_t size) __attribute__((visibility("hidden")));
/* Forgets the jumps whose frames lie inside of this one. */
void jumps_drop_inside(struct jump_arena *arena, uintptr_t frame) __attribute__((visibility("hidden")));

#endif
