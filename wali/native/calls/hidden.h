/* The descriptors of the trace and of the counters are in the table of the guest's process, for there
 * is no other.  A call of the guest's finds none of them: it answers as for numbers that are not open.
 * Without these options there are none, and nothing stands in front of a call.
 *
 * Not hidden are the numbers themselves from calls that look through the table: F_DUPFD passes them
 * over, poll(2) takes them, and another process sees them in /proc. */
#ifndef WALI_CALLS_HIDDEN_H
#define WALI_CALLS_HIDDEN_H

#include "syscalls/rows.h"
#include "wali/native/engine/engine.h"

#include <stddef.h>

/* Calls the entry that the row is bound to; its answer is in args[0]. */
wasm_trap_t *hidden_call(const struct wali_row *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                         size_t count) __attribute__((visibility("hidden")));

#endif
