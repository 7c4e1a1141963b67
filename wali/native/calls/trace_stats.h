/* Trace and counters.  Bound around an entry by the linker, and only when asked
 * for: off, they cost nothing. */
#ifndef WALI_CALLS_TRACE_STATS_H
#define WALI_CALLS_TRACE_STATS_H

#include "wali/native/engine/engine.h"
#include "wali/native/start/core.h"

#include <stdbool.h>

static inline bool instrumenting(const wali_config *config)
{
    return config->trace_fd >= 0 || config->stats_fd >= 0;
}

/* Before the guest runs: maps the file that the numbers go to.  0 or -1. */
int trace_stats_open(const wali_config *config) __attribute__((visibility("hidden")));

/* An entry around the entry of the row that is its environment. */
wasm_trap_t *traced_entry(void *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
    __attribute__((visibility("hidden")));

#endif
