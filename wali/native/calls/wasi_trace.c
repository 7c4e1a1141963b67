#define _GNU_SOURCE
#include "wali/native/calls/wasi_trace.h"

#include "syscalls/rows.h"
#include "wali/native/calls/trace_events.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/engine/engine.h"
#include "wasi/_generated/entries.h"
#include "wasi/rows.h"
#include "wasi/trace.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Bytes that are kept for what stands behind a result. */
#define REMARKS 64

struct traced {
    struct traced_call of; /* first */
    const struct wasi_row *row;
    const wasmtime_val_raw_t *args;
    struct trace_line line;
    char head[TRACE_LINE];
};

static bool starts_thread(const struct wasi_row *row)
{
    return wasi_row_entries[row - wasi_rows] == wasi_threads_thread_spawn;
}

static bool is_deferred(void)
{
    return trace_options.successes_alone || trace_options.failures_alone;
}

static void begin_line(struct traced_call *of)
{
    struct traced *const traced = (struct traced *)of;
    const size_t length = wasi_trace_enter(traced->head, sizeof traced->head, traced->row, traced->args);
    trace_line_begin(&traced->line, traced->row->name, traced->head, length, is_deferred());
}

static bool is_wanted(const struct traced *traced, uint64_t result)
{
    const bool failed = wasi_has_failed(traced->row, traced->args, result);
    return !(trace_options.successes_alone && failed) && !(trace_options.failures_alone && !failed);
}

static void put_line(struct traced *traced, char *text, size_t n, size_t result_at)
{
    if (trace_options.has_durations && traced->row->returns) {
        const uint64_t duration = trace_now(CLOCK_MONOTONIC) - traced->line.begun;
        n += (size_t)sprintf(text + n, " <%llu.%06llu>", (unsigned long long)(duration / 1000000000),
                             (unsigned long long)(duration / 1000 % 1000000));
    }
    text[n++] = '\n';
    trace_line_end(&traced->line, text, result_at, text + result_at, n - result_at);
}

static void end_with(struct traced *traced, uint64_t result)
{
    char text[TRACE_LINE + REMARKS];
    size_t result_at;
    if (is_wanted(traced, result)) {
        const size_t n = wasi_trace_exit(text, TRACE_LINE, traced->row, traced->args, result, &result_at);
        put_line(traced, text, n, result_at);
    }
}

/* A signal ends the process while it is in the function. */
static void end_line(struct traced_call *of, int64_t result)
{
    char text[REMARKS + 8] = ")= ?";
    (void)result;
    put_line((struct traced *)of, text, 4, 1);
}

static int64_t cut_short(const struct traced_call *of)
{
    (void)of;
    return 0;
}

static const struct traced_kind kind = {end_line, begin_line, cut_short};

static void before(struct traced *traced)
{
    if (starts_thread(traced->row)) {
        trace_thread_begins();
    }
    if (!traced->row->returns) {
        char text[REMARKS + 8] = ")= ?";
        traced->of.is_ended = true;
        put_line(traced, text, 4, 1);
    }
}

static wasm_trap_t *traced_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wasi_row *row = env;
    const size_t counted = wali_row_count + (size_t)(row - wasi_rows);
    const bool is_shown = trace_is_on() && trace_options.is_listed[counted];
    wasmtime_val_raw_t given[WASI_MOST_PARAMETERS];
    struct traced traced;
    memcpy(given, args, strlen(row->signature) * sizeof given[0]);
    if (is_shown) {
        traced.of = (struct traced_call){&kind, false};
        traced.row = row;
        traced.args = given;
        begin_line(&traced.of);
        traced_call_enter(&traced.of);
        before(&traced);
    }
    const uint64_t begun = counters_begin(counted);
    wasm_trap_t *trap = wasi_row_entries[row - wasi_rows](env, caller, args, count);
    const uint64_t result = row->result == '-' ? 0 : (uint64_t)args[0].i64;
    counters_end(counted, begun, wasi_has_failed(row, given, result));
    if (is_shown) {
        traced_call_leave();
    }
    if (is_shown && !traced.of.is_ended) {
        end_with(&traced, result);
    }
    return trap;
}

wali_entry_t wasi_trace_entry(const struct wasi_row *row)
{
    const bool is_wanted_here = trace_is_on() && trace_wants(wali_row_count + (size_t)(row - wasi_rows));
    return is_wanted_here || trace_stats_are_on() ? traced_entry : NULL;
}
