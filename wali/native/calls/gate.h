/* The gate before calls, once a thread has filters of seccomp(2): acts on the verdict of the
 * filters. */
#ifndef WALI_CALLS_GATE_H
#define WALI_CALLS_GATE_H

#include "syscalls/rows.h"
#include "wali/native/engine/engine.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* Whether the thread's filters let this call through.  If not, *result is the call's answer
 * (-errno), or *trap is set and the guest must leave its frames.  Does not return if the verdict
 * kills the process, or its first thread. */
bool gate_passes(struct wali_thread *self, const struct seccomp_data *call, int64_t *result,
                 wasm_trap_t **trap) __attribute__((visibility("hidden")));
/* The same for a call of the table, with the call's raw arguments.  The answer goes to args[0]. */
bool gate_passes_row(struct wali_thread *self, const struct wali_row *row, wasmtime_val_raw_t *args,
                     wasm_trap_t **trap) __attribute__((visibility("hidden")));

/* The entry that judges a call, then calls the entry that the row is bound to.  `row` is the call's
 * struct wali_row. */
wasm_trap_t *gate_entry(void *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
    __attribute__((visibility("hidden")));

#endif
