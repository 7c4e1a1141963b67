#define _GNU_SOURCE
#include "wali/native/calls/wasi_trace.h"

#include "syscalls/rows.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/engine/engine.h"
#include "wasi/_generated/entries.h"
#include "wasi/rows.h"
#include "wasi/trace.h"

#include <string.h>

#define TRACE_LINE 4096

static size_t put_head(char *line, const struct wasi_row *row, const wasmtime_val_raw_t *args)
{
    const size_t length = trace_head(line);
    return length + wasi_trace_enter(line + length, TRACE_LINE - length, row, args);
}

static bool starts_thread(const struct wasi_row *row)
{
    return wasi_row_entries[row - wasi_rows] == wasi_threads_thread_spawn;
}

/* As far as the line is known, for a function may not return; unless lines are to be whole.  Whether it is
 * begun. */
static bool trace_before(const struct wasi_row *row, const wasmtime_val_raw_t *args)
{
    char line[TRACE_LINE];
    const bool begins = (!trace_is_shared() && !starts_thread(row)) || !row->returns;
    if (begins) {
        trace_write(line, put_head(line, row, args));
    }
    return begins;
}

static void trace_after(const struct wasi_row *row, const wasmtime_val_raw_t *args, uint64_t result,
                        bool is_begun)
{
    char line[2 * TRACE_LINE];
    const size_t head = is_begun ? 0 : put_head(line, row, args);
    trace_write(line, head + wasi_trace_exit(line + head, TRACE_LINE, row, args, result));
}

static wasm_trap_t *traced_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wasi_row *row = env;
    const size_t counted = wali_row_count + (size_t)(row - wasi_rows);
    wasmtime_val_raw_t given[WASI_MOST_PARAMETERS];
    memcpy(given, args, strlen(row->signature) * sizeof given[0]);
    const bool is_begun = trace_is_on() && trace_before(row, given);
    const uint64_t begun = counters_begin(counted);
    wasm_trap_t *trap = wasi_row_entries[row - wasi_rows](env, caller, args, count);
    const uint64_t result = row->result == '-' ? 0 : (uint64_t)args[0].i64;
    counters_end(counted, begun, wasi_has_failed(row, given, result));
    if (trace_is_on()) {
        trace_after(row, given, result, is_begun);
    }
    return trap;
}

wali_entry_t wasi_trace_entry(void)
{
    return trace_stats_are_on() ? traced_entry : NULL;
}
