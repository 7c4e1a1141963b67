/* setjmp and longjmp as imports (WALI): the host keeps and restores the native
 * frames that compiled code cannot reach. */
#ifndef WALI_JUMPS_SETJMP_H
#define WALI_JUMPS_SETJMP_H

#include "wali/native/engine/engine.h"

wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);

struct wali_thread;

/* Forgets the thread's jumps. */
void jumps_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

#endif
