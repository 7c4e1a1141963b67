/* Copies of the native stack to jump back to, and the arena in which a thread keeps them. */
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

/* jump_save() saves the caller's registers, and its stack from there up to `high`, into `bytes`.
 * Returns 0; returns `value` when jump_restore() jumps to it. */
int jump_save(struct jump_registers *registers, void *bytes, uintptr_t high)
    __attribute__((returns_twice, visibility("hidden")));
void jump_restore(const struct jump_registers *registers, const void *bytes, size_t size, int value)
    __attribute__((noreturn, visibility("hidden")));

struct jump {
    struct jump *previous;
    uint64_t serial;
    uint32_t buffer;          /* guest address of the jmp_buf */
    uint32_t stack_pointer;   /* the guest's __stack_pointer */
    uint64_t activation;      /* number of the activation that called setjmp */
    uintptr_t frame;          /* frame pointer of the wasm function that called setjmp */
    uintptr_t site;           /* return address of setjmp in that function */
    uintptr_t return_address; /* return address of that function */
    bool has_mask;
    uint64_t mask;
    struct jump_registers registers;
    size_t size;
    _Alignas(16) char bytes[];
};

/* The jumps of one thread, in the order of their frames, the innermost last.  Those whose frames
 * have ended are dropped from the end. */
struct jump_arena {
    struct jump *last;
    uint64_t serial;
    char *free, *end;
};

/* The thread's arena, made at the first call.  Aborts the guest without memory.
 * jumps_delete() frees the arena. */
struct jump_arena *jump_arena_of(struct wali_thread *thread) __attribute__((visibility("hidden")));
void jumps_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Makes a jump with room for `size` bytes of stack.  In a loop, the jump of an earlier pass of the
 * same call is used again, so that copies of the jmp_buf stay valid.  Aborts the guest if the arena
 * is full. */
struct jump *jump_make(struct jump_arena *arena, const struct caller_frame *caller, uint32_t buffer,
                       size_t size) __attribute__((visibility("hidden")));
/* Drops the jumps whose frames lie inside `frame`. */
void jumps_drop_inside(struct jump_arena *arena, uintptr_t frame) __attribute__((visibility("hidden")));

#endif
