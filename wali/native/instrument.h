/* Trace and counters.  Bound around an entry by the linker, and only when asked
 * for: off, they cost nothing. */
#ifndef WALI_INSTRUMENT_H
#define WALI_INSTRUMENT_H

#include "core.h"
#include "engine.h"

#include <stdbool.h>

static inline bool instrumenting(const wali_config *config)
{
    return config->trace_fd >= 0 || config->stats_fd >= 0;
}

/* Maps the file that the numbers go to, if they are wanted.  0 or -1. */
int counters_open(const wali_config *config) __attribute__((visibility("hidden")));

/* An entry around the entry of the row that is its environment. */
wasm_trap_t *instrumented_entry(void *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
    __attribute__((visibility("hidden")));

#endif
