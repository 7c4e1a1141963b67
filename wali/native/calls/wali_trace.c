#define _GNU_SOURCE
#include "wali/native/calls/wali_trace.h"

#include "syscalls/rows.h"
#include "syscalls/trace.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/gate.h"
#include "wali/native/calls/hidden.h"
#include "wali/native/calls/trace_backtrace.h"
#include "wali/native/calls/trace_events.h"
#include "wali/native/calls/trace_injections.h"
#include "wali/native/calls/trace_json.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/engine/engine.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/thread.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CLONE3 435 /* younger than some hosts' headers */
/* Bytes that are kept for what stands behind a result. */
#define REMARKS 128

/* A traced call.  The buffers are not cleared. */
struct traced {
    struct traced_call of; /* first */
    struct wali_traced call;
    struct trace_line line;
    const struct injection *injection;
    bool is_shown; /* listed, so that it has a line */
    char head[TRACE_LINE];
};

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

/* Whether the first part of a line waits until the call's result says whether there is one. */
static bool is_deferred(void)
{
    return trace_options.successes_alone || trace_options.failures_alone || trace_options.is_json;
}

static void begin_line(struct traced_call *of)
{
    struct traced *const traced = (struct traced *)of;
    const size_t length = wali_trace_enter(traced->head, sizeof traced->head, &traced->call);
    trace_line_begin(&traced->line, traced->call.row->name, traced->head, length, is_deferred());
}

static bool is_wanted(int64_t result)
{
    const bool failed = (result < 0 && result >= -4095) || result == TRACE_NO_RESULT;
    return !(trace_options.successes_alone && failed) && !(trace_options.failures_alone && !failed);
}

static size_t put_remarks(char *to, const struct traced *traced, uint64_t duration)
{
    size_t n = 0;
    const struct injection *const injection = traced->injection;
    if (injection != NULL && injection->has_result) {
        n += (size_t)sprintf(to + n, " (INJECTED)");
    }
    if (injection != NULL && (injection->delay_enter > 0 || injection->delay_exit > 0)) {
        n += (size_t)sprintf(to + n, " (DELAYED)");
    }
    if (trace_options.has_durations && traced->call.result != TRACE_NO_RESULT) {
        n += (size_t)sprintf(to + n, " <%llu.%06llu>", (unsigned long long)(duration / 1000000000),
                             (unsigned long long)(duration / 1000 % 1000000));
    }
    to[n++] = '\n';
    return n;
}

static void end_line(struct traced_call *of, int64_t result)
{
    struct traced *const traced = (struct traced *)of;
    char text[TRACE_LINE + REMARKS];
    size_t result_at = 0;
    traced->call.result = result;
    if (!is_wanted(result)) {
        return;
    }
    const uint64_t duration = traced->line.begun != 0 ? trace_now(CLOCK_MONOTONIC) - traced->line.begun : 0;
    if (trace_options.is_json) {
        const bool is_injected = traced->injection != NULL;
        traced->line.length = 0;
        const size_t n = trace_json_call(text, sizeof text, &traced->call, trace_tid(), traced->line.wall,
                                         duration, is_injected);
        trace_line_end(&traced->line, text, n, "", 0);
    } else {
        size_t n = wali_trace_exit(text, TRACE_LINE, &traced->call, &result_at);
        n += put_remarks(text + n, traced, duration);
        trace_line_end(&traced->line, text, result_at, text + result_at, n - result_at);
    }
    if (trace_options.has_backtraces) {
        trace_backtrace();
    }
}

/* Of a call in the kernel that sends a signal, which has come: it has done so.  Any other waits. */
static int64_t cut_short(const struct traced_call *of)
{
    const int number = ((const struct traced *)of)->call.row->number;
    const bool sends = number == SYS_kill || number == SYS_tkill || number == SYS_tgkill ||
                       number == SYS_rt_sigqueueinfo || number == SYS_rt_tgsigqueueinfo;
    return sends ? 0 : -RESTART;
}

static const struct traced_kind kind = {end_line, begin_line, cut_short};

static wasm_trap_t *call_entry(const struct wali_row *row, wasmtime_caller_t *caller,
                               wasmtime_val_raw_t *args, size_t count)
{
    wasm_trap_t *trap = NULL;
    return seccomp_is_used() && !gate_passes_row(wali_self, row, args, &trap)
               ? trap
               : hidden_call(row, caller, args, count);
}

static wasm_trap_t *injected_call(const struct injection *injection, const struct wali_row *row,
                                  wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    wasm_trap_t *trap = NULL;
    if (injection->delay_enter > 0) {
        trace_delay(injection->delay_enter);
    }
    if (injection->signal != 0) {
        KERNEL(tgkill, KERNEL(getpid), KERNEL(gettid), injection->signal);
    }
    if (injection->has_result) {
        args[0].i64 = injection->result;
    } else {
        trap = call_entry(row, caller, args, count);
    }
    if (injection->delay_exit > 0) {
        trace_delay(injection->delay_exit);
    }
    return trap;
}

/* What is known before the call of calls that may not return, or return twice. */
static void before(struct traced *traced)
{
    const struct wali_row *row = traced->call.row;
    if (forks(row)) {
        trace_process_begins();
    } else if (!traced->is_shown) {
        return;
    } else if (ends(row) && traced->injection == NULL) {
        traced->of.is_ended = true;
        end_line(&traced->of, TRACE_NO_RESULT);
    } else if (executes(row) && !is_deferred()) {
        trace_line_hand_on(&traced->line);
    }
}

static void after(struct traced *traced, int64_t result)
{
    const struct wali_row *row = traced->call.row;
    traced_call_leave();
    if (forks(row) && result == 0) { /* a child's return is no call of its own */
        trace_process_child();
        traced->of.is_ended = true;
    } else if (forks(row) && result < 0) {
        trace_process_failed();
    } else if (executes(row)) {
        trace_line_take_back();
    }
    if (traced->is_shown && !traced->of.is_ended) {
        end_line(&traced->of, result);
    }
}

static wasm_trap_t *traced_entry(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct wali_row *row = env;
    const size_t at = (size_t)(row - wali_rows);
    wasmtime_val_raw_t given[6];
    struct traced traced;
    memcpy(given, args, strlen(row->signature) * sizeof given[0]);
    traced.of = (struct traced_call){&kind, false};
    traced.call = (struct wali_traced){.row = row, .args = given};
    traced.is_shown = trace_is_on() && trace_options.is_listed[at];
    traced.injection = trace_is_on() ? trace_injection_next(at) : NULL;
    if (traced.is_shown) {
        begin_line(&traced.of);
        traced_call_enter(&traced.of);
    }
    if (trace_is_on()) {
        before(&traced);
    }
    const uint64_t begun = counters_begin(at);
    wasm_trap_t *trap = traced.injection != NULL ? injected_call(traced.injection, row, caller, args, count)
                                                 : call_entry(row, caller, args, count);
    const int64_t result = trap == NULL ? args[0].i64 : TRACE_NO_RESULT;
    counters_end(at, begun, result < 0 && result >= -4095);
    if (trace_is_on()) {
        after(&traced, result);
    }
    return trap;
}

wali_entry_t wali_trace_entry(const struct wali_row *row)
{
    const bool is_wanted_here = trace_is_on() && trace_wants((size_t)(row - wali_rows));
    const bool is_bookkeeping = trace_is_on() && (forks(row) || executes(row));
    return is_wanted_here || is_bookkeeping || trace_stats_are_on() ? traced_entry : NULL;
}
