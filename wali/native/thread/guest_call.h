/* Calls from the host into the guest's functions. */
#ifndef WALI_THREAD_GUEST_CALL_H
#define WALI_THREAD_GUEST_CALL_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stddef.h>

struct wali_thread;

/* The type that a function must have for the host to call it: `fewest` to `most` parameters, all
 * i32, and at most `results` results, all i32 or i64. */
struct function_shape {
    size_t fewest, most, results;
};

/* True if the function has that shape and is compiled guest code.  A table or an export may also
 * hold a host import, which must never be called this way: setjmp would read its caller's frame
 * where there is none. */
bool guest_function_fits(const struct wali_thread *thread, const wasmtime_func_t *function,
                         const struct function_shape *shape) __attribute__((visibility("hidden")));

/* The kinds of a function's parameters, WASM_I32 or WASM_I64.  Returns how many there are, or -1 if there are
 * more than `most` or others, if the function has more than a number as result, or is no compiled guest code.
 */
int guest_function_kinds(const struct wali_thread *thread, const wasmtime_func_t *function, uint8_t *kinds,
                         size_t most) __attribute__((visibility("hidden")));

/* Called before the first guest_call() of a thread, with the function that its guest begins with:
 * finds the engine's words of the thread's store, and lets compiled code have the whole of the
 * native stack. */
void guest_begin(struct wali_thread *thread, const wasmtime_func_t *function)
    __attribute__((visibility("hidden")));

/* Calls a guest function in an activation of its own.  Arguments and result share args[count].  A
 * trap ends the process.  True if the guest leaves its frames, for a jump or because the thread
 * ends: the caller then goes on leaving, by a trap of its own, or jumps, or ends the thread. */
bool guest_call(struct wali_thread *thread, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                size_t count) __attribute__((visibility("hidden")));

#endif
