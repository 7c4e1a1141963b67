/* The strands of a thread.  A strand is a native stack with the frames on it.  A thread begins with
 * one, its own; each context of makecontext(3) that has begun is another.  One of a thread's strands
 * runs at a time.  The others stand in an entry that has left them, and go on there.
 *
 * The engine chains the activations of a thread, and ends them in the reverse order.  Strands have no
 * such order, so each has a chain of its own: what the engine notes of frames is exchanged when
 * another strand goes on. */
#ifndef WALI_JUMPS_STRANDS_H
#define WALI_JUMPS_STRANDS_H

#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/thread_words.h"
#include "wali/native/jumps/strand_references.h"
#include "wali/native/thread/thread.h"

#include <stdbool.h>
#include <stdint.h>

struct jump_arena;
struct jump;

/* What a thread's state holds of the strand that runs; kept here while the strand does not. */
struct strand_state {
    struct native_stack stack;
    struct guest_stack guest_stack;
    uint32_t marks;
    struct stack_crossing crossing;
    struct wali_activation *activation;
    struct call_state call;
    struct jump_arena *arena;
    struct met_callers met;
    uintptr_t frames_end;
    const wasm_trap_t *uncaught;
};

/* What a context begins with, and how it ends.  Addresses are the guest's. */
#define STRAND_ARGS 28
struct strand_start {
    wasmtime_func_t function;
    wasmtime_val_raw_t args[STRAND_ARGS];
    uint32_t count;  /* of args */
    uint32_t link;   /* the context that goes on then; 0: none */
    uint32_t at_end; /* the function that is called then, without a link */
};

struct strand {
    struct strand_state state;
    struct strand_start start;
    void (*begin)(struct wali_thread *self);
    uintptr_t stack_pointer; /* the native one */
    uint64_t stack_limit;
    struct thread_words words;
    struct strand_references references;
    struct strand *next_unused;
    uint16_t place; /* in the thread's table */
    uint32_t birth; /* how many strands had begun in the thread */
};

/* The strand that runs, and the thread's own.  NULL: the thread has never had another. */
struct strand *strand_current(const struct wali_thread *self) __attribute__((visibility("hidden")));
struct strand *strand_own(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* The strand at a place, which is self->jumps.place for the one that runs.  NULL if there is none, or
 * the thread has never had another. */
struct strand *strand_at(const struct wali_thread *self, uint16_t place)
    __attribute__((visibility("hidden")));

/* Makes a strand for the calling thread, for a context whose stack lies there in guest memory.  NULL
 * without memory.  Aborts the guest as strand_go() does. */
struct strand *strand_new(struct wali_thread *self, struct guest_stack guest_stack)
    __attribute__((visibility("hidden")));

/* Leaves the running strand for another one, where that stands.  Returns when the strand goes on that
 * has called this.  Called in an entry.  Aborts the guest if the process runs in its parent's memory:
 * the parent's strands must be as they were. */
void strand_go(struct wali_thread *self, struct strand *to) __attribute__((visibility("hidden")));
/* The same, for a strand that has not begun: calls begin() there, which does not return. */
void strand_begin(struct wali_thread *self, struct strand *to, void (*begin)(struct wali_thread *))
    __attribute__((visibility("hidden")));
/* The running strand is at its end, and is taken apart when another one runs. */
void strand_ends(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Unmaps what a thread's strands have, but for its own native stack.  The thread calls it on that, or has
 * not begun. */
void strands_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

#endif
