/* Where filters of seccomp(2) stop a call: acts on their verdict. */
#ifndef WALI_CALLS_GATE_H
#define WALI_CALLS_GATE_H

#include "syscalls/rows.h"
#include "wali/native/engine/engine.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* Whether the thread may make this call.  If not, *result is what the call answers, or *trap
 * is set if the guest is to leave its frames; or this does not return. */
bool gate_passes(struct wali_thread *self, const struct seccomp_data *call, int64_t *result,
                 wasm_trap_t **trap) __attribute__((visibility("hidden")));
/* The same for a call of the table; its answer is args[0]. */
bool gate_passes_row(struct wali_thread *self, const struct wali_row *row, wasmtime_val_raw_t *args,
                     wasm_trap_t **trap) __attribute__((visibility("hidden")));

/* Stands before the entry that a row is bound to; its environment is the row. */
wasm_trap_t *gate_entry(void *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
    __attribute__((visibility("hidden")));

#endif
