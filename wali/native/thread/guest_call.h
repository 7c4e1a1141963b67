/* Entering the guest. */
#ifndef WALI_THREAD_GUEST_CALL_H
#define WALI_THREAD_GUEST_CALL_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stddef.h>

struct wali_thread;

/* How a function must look for the host to call it: parameters of i32, and at most
 * so many results, integers. */
struct function_shape {
    size_t fewest, most, results;
};

/* Whether it does, and is code of the guest's own.  An import of ours, which a table
 * or an export may hold as well, must not be called like that: those that look for
 * the frames of their caller would take the host's for them. */
bool guest_function_fits(const struct wali_thread *thread, const wasmtime_func_t *function,
                         const struct function_shape *shape) __attribute__((visibility("hidden")));

/* Calls a function of the guest's; arguments and result share args[count].  A
 * trap ends the process.  True if the guest leaves its frames, for a jump or
 * because the thread ends: whoever called sees to what is left of them. */
bool guest_call(struct wali_thread *thread, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                size_t count) __attribute__((visibility("hidden")));

#endif
