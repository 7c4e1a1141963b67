/* setjmp and longjmp as imports (WALI).  The host saves and restores the native frames, which
 * compiled code cannot reach. */
#ifndef WALI_JUMPS_SETJMP_H
#define WALI_JUMPS_SETJMP_H

#include "abi/guest.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/jumps/jump_stack.h"

#include <stdbool.h>
#include <ucontext.h>

/* Entries for setjmp(buf), sigsetjmp(buf, save_mask) and longjmp(buf, value).  longjmp aborts the
 * guest if the function that called setjmp has returned, or runs in another thread.  The function may
 * run on another strand than the caller (strands.h).  An invalid
 * address of a jmp_buf ends the process with SIGSEGV. */
wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);

struct wali_thread;

/* What contexts are made of (contexts/ucontext.h). */

struct strand;

/* Makes a jump to the call of an entry, and writes what leads to it to guest memory.  Returns 0; returns
 * jumps.value when the thread jumps there.  Ends the guest without memory. */
int jump_set(struct trampoline *trampoline, const wasmtime_val_raw_t *args, enum jump_kind kind,
             gaddr_t buffer, struct jump **made) __attribute__((returns_twice, visibility("hidden")));

/* The jump that a guest's words lead to, and its strand (NULL: the one that runs).  NULL if there is
 * none, or what has made it has ended. */
struct jump *jump_of_guest(const struct wali_thread *self, const struct guest_jump *token,
                           struct strand **strand) __attribute__((visibility("hidden")));

/* Aborts the guest: jump_of_guest() has found none. */
_Noreturn void jump_is_dead(enum jump_kind kind) __attribute__((visibility("hidden")));

/* Goes on in an entry, with this caller's frame, on a strand that another one has left for it: jumps to
 * self->jumps.target, or makes the trap that ends the activation on the way there. */
wasm_trap_t *jump_go_on(struct wali_thread *self, uintptr_t frame) __attribute__((visibility("hidden")));

/* Jumps out of a signal handler: longjmp to a frame of an outer activation. */

/* True if the frame of self->jumps.target belongs to the thread's current activation. */
bool jump_is_here(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Jump to self->jumps.target: from an entry, or from a host handler that interrupted compiled
 * code. */
_Noreturn void jump_out_of_entry(struct wali_thread *self) __attribute__((visibility("hidden")));
_Noreturn void jump_out_of_code(struct wali_thread *self, const ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
