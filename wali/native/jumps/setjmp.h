/* setjmp and longjmp as imports (WALI): the host keeps and restores the native
 * frames that compiled code cannot reach. */
#ifndef WALI_JUMPS_SETJMP_H
#define WALI_JUMPS_SETJMP_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <ucontext.h>

wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);

struct wali_thread;

/* Jumps that leave a handler: longjmp to a frame of an outer activation. */

/* Whether the frame that self->jumps.target names belongs to the activation that
 * the thread is in now. */
bool jump_is_here(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Jump to it from an entry, or from a signal handler that interrupted compiled
 * code. */
_Noreturn void jump_out_of_entry(struct wali_thread *self) __attribute__((visibility("hidden")));
_Noreturn void jump_out_of_code(struct wali_thread *self, const ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
