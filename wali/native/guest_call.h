/* Entering the guest. */
#ifndef WALI_GUEST_CALL_H
#define WALI_GUEST_CALL_H

#include "engine.h"

#include <stdbool.h>
#include <stddef.h>

struct wali_thread;

/* Calls a function of the guest's; arguments and result share args[count].  A
 * trap ends the process.  True if the guest leaves its frames, for a jump or
 * because the thread ends: whoever called sees to what is left of them. */
bool guest_call(struct wali_thread *thread, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                size_t count) __attribute__((visibility("hidden")));

#endif
