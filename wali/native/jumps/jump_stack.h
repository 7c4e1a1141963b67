/* Copies of the native stack to jump back to, and the arena in which a thread keeps them. */
#ifndef WALI_JUMPS_JUMP_STACK_H
#define WALI_JUMPS_JUMP_STACK_H

#include "wali/native/engine/internals/frames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* What the guest's jmp_buf or context holds. */
struct guest_jump {
    uint16_t place; /* of the strand (strands.h) */
    uint8_t magic[6];
    uint64_t serial;
};
#define JUMP_MAGIC {'w', 'a', 'l', 'i', 'j', 'p'}

static inline bool jump_is_named(const struct guest_jump *token)
{
    static const uint8_t magic[] = JUMP_MAGIC;
    return memcmp(token->magic, magic, sizeof magic) == 0;
}

/* Who has made a jump: setjmp, or a context's function. */
enum jump_kind { JUMP_OF_SETJMP, JUMP_OF_CONTEXT };

/* Where a jump leads, and who has made it. */
struct jump_site {
    enum jump_kind kind;
    uint32_t buffer;  /* guest address of its struct guest_jump */
    uintptr_t frame;  /* frame pointer of the wasm function that called setjmp */
    uintptr_t site;   /* return address of setjmp in that function */
    uint64_t callers; /* which functions have called that one, and from where: callers_of() */
};

struct jump {
    struct jump *previous;
    uint64_t serial;
    uint64_t used; /* when it was made last, by the arena's count */
    struct jump_site what;
    uint32_t stack_pointer; /* the guest's __stack_pointer */
    uint64_t activation;    /* number of the activation that called setjmp */
    bool has_mask;
    uint64_t mask;
    struct jump_registers registers;
    size_t size;
    _Alignas(16) char bytes[];
};

/* The jumps of one strand, in the order of their frames, the innermost last.  Those whose frames
 * have ended are dropped from the end. */
struct jump_arena {
    struct jump *last;
    uint64_t serial;
    uint64_t uses;
    char *free, *end;
    char *floor; /* below lie the jumps of the process whose memory this one runs in; else NULL */
};

/* The arena of the strand that runs, which is made at the first call for a thread's own.  Aborts the
 * guest without memory.  jump_arena_new() makes one for another strand: NULL without memory.
 * jump_arena_delete() frees an arena, jump_arena_empty() drops all jumps; both take NULL. */
struct jump_arena *jump_arena_new(void) __attribute__((visibility("hidden")));
struct jump_arena *jump_arena_of(struct wali_thread *thread) __attribute__((visibility("hidden")));
void jump_arena_delete(struct jump_arena *arena) __attribute__((visibility("hidden")));
void jump_arena_empty(struct jump_arena *arena) __attribute__((visibility("hidden")));

/* The jump of this serial number; NULL if there is none.  `arena` may be NULL. */
struct jump *jump_find(const struct jump_arena *arena, uint64_t serial) __attribute__((visibility("hidden")));

/* What the parent keeps of its arena while a child runs in its memory (process/borrow.h).  The
 * child finds the parent's jumps, and changes none. */
struct jumps_kept {
    struct jump *last;
    char *free, *floor;
};
struct jumps_kept jumps_lend(struct wali_thread *thread) __attribute__((visibility("hidden")));
void jumps_take_back(struct wali_thread *thread, const struct jump_arena *arena,
                     const struct jumps_kept *kept) __attribute__((visibility("hidden")));

/* Makes a jump with room for `size` bytes of stack.  In a loop, the jump of an earlier pass of the
 * same call is used again, so that copies of the jmp_buf stay valid.  So is that of a context in the
 * place of another one, if the same call has filled many: a scheduler's loop never ends.  Aborts the
 * guest if the arena is full. */
struct jump *jump_make(struct jump_arena *arena, const struct jump_site *what, size_t size)
    __attribute__((visibility("hidden")));
/* Drops the jumps whose frames lie inside `frame`. */
void jumps_drop_inside(struct jump_arena *arena, uintptr_t frame) __attribute__((visibility("hidden")));

#endif
