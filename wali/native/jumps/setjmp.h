/* setjmp and longjmp as imports (WALI).  The host saves and restores the native frames, which
 * compiled code cannot reach. */
#ifndef WALI_JUMPS_SETJMP_H
#define WALI_JUMPS_SETJMP_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <ucontext.h>

/* Entries for setjmp(buf), sigsetjmp(buf, save_mask) and longjmp(buf, value).  longjmp aborts the
 * guest if the function that called setjmp has returned, or runs in another thread.  An invalid
 * address of a jmp_buf ends the process with SIGSEGV. */
wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);

struct wali_thread;

/* Jumps out of a signal handler: longjmp to a frame of an outer activation. */

/* True if the frame of self->jumps.target belongs to the thread's current activation. */
bool jump_is_here(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Jump to self->jumps.target: from an entry, or from a host handler that interrupted compiled
 * code. */
_Noreturn void jump_out_of_entry(struct wali_thread *self) __attribute__((visibility("hidden")));
_Noreturn void jump_out_of_code(struct wali_thread *self, const ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
