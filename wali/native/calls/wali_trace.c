#define _GNU_SOURCE
#include "wali/native/calls/wali_trace.h"

#include "syscalls/rows.h"
#include "syscalls/trace.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/gate.h"
#include "wali/native/calls/hidden.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/engine/engine.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/thread.h"

#include <stdio.h>
#include <string.h>

#define TRACE_LINE 4096
#define CLONE3 435 /* younger than some hosts' headers */

static bool forks(const struct wali_row *row)
{
    return row->number == SYS_fork || row->number == SYS_vfork || row->number == SYS_clone ||
           row->number == CLONE3;
}

static bool executes(const struct wali_row *row)
{
    return row->number == SYS_execve || row->number == SYS_execveat;
}

static bool ends(const struct wali_row *row)
{
    return row->number == SYS_exit || row->number == SYS_exit_group;
}

static size_t put_head(char *line, const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    const size_t length = trace_head(line);
    return length + wali_trace_enter(line + length, TRACE_LINE - length, row, args);
}

/* Writes the line as far as it is known before the call, if the call may never return, or if nobody else
 * can write in between.  Whether it is begun: false of execve, which gets the line again on failure. */
static bool trace_before(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    char line[TRACE_LINE + 8];
    if (forks(row)) {
        trace_becomes_shared();
    }
    if (trace_is_shared() && !ends(row) && !executes(row)) {
        return false;
    }
    size_t length = put_head(line, row, args);
    if (executes(row)) { /* the next program's lines follow */
        length += (size_t)sprintf(line + length, ") = ?\n");
    }
    trace_write(line, length);
    return !executes(row);
}

static void trace_after(const struct wali_row *row, const wasmtime_val_raw_t *args, int64_t result,
                        bool is_begun)
{
    char line[2 * TRACE_LINE];
    const size_t head = is_begun ? 0 : put_head(line, row, args);
    const size_t length = head + wali_trace_exit(line + head, TRACE_LINE, row, args, result);
    if (!forks(row) || result != 0) { /* a child's return from fork is no call of its own */
        trace_write(line, length);
    }
}

static wasm_trap_t *call_entry(const struct wali_row *row, wasmtime_caller_t *caller,
                               wasmtime_val_raw_t *args, size_t count)
{
    wasm_trap_t *trap = NULL;
    return seccomp_is_used() && !gate_passes_row(wali_self, row, args, &trap)
               ? trap
               : hidden_call(row, caller, args, count);
}

static wasm_trap_t *traced_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    wasmtime_val_raw_t given[6];
    memcpy(given, args, strlen(row->signature) * sizeof given[0]);
    const bool is_begun = trace_is_on() && trace_before(row, given);
    const uint64_t begun = counters_begin((size_t)(row - wali_rows));
    wasm_trap_t *trap = call_entry(row, caller, args, count);
    counters_end((size_t)(row - wali_rows), begun, args[0].i64 < 0 && args[0].i64 >= -4095);
    if (trace_is_on() && !ends(row)) { /* whose line is whole already */
        trace_after(row, given, args[0].i64, is_begun);
    }
    return trap;
}

wali_entry_t wali_trace_entry(void)
{
    return trace_stats_are_on() ? traced_entry : NULL;
}
