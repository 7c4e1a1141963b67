#define _GNU_SOURCE
#include "wali/native/calls/trace_events.h"

#include "syscalls/trace.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/watch.h"
#include "wali/native/calls/trace_injections.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define EVENT 512

/* The call that the thread is in; NULL while guest code runs. */
static __thread struct traced_call *current;
/* A call at its end, whose line the first handler's signal finishes. */
static __thread struct {
    struct traced_call *call;
    const int64_t *result;
} paused;

/* The threads of this process that are counted among the tasks. */
static _Atomic int32_t threads = 1;

void traced_call_enter(struct traced_call *call)
{
    current = call;
}

void traced_call_leave(void)
{
    current = NULL;
}

static void *call_pauses(const int64_t *result)
{
    struct traced_call *const call = current;
    paused.call = call;
    paused.result = result;
    current = NULL;
    return call;
}

static void call_goes_on(void *paused_call, bool again)
{
    struct traced_call *const call = paused_call;
    paused.call = NULL;
    if (call == NULL) {
        return;
    }
    if (again && call->is_ended) {
        call->is_ended = false;
        call->kind->begin(call);
    }
    current = call;
}

/* Writes what of the call is known by now: the signal's line follows. */
static void end_interrupted_call(void)
{
    struct traced_call *const call = paused.call != NULL ? paused.call : current;
    if (call == NULL || call->is_ended) {
        return;
    }
    call->is_ended = true;
    call->kind->end(call, paused.call != NULL ? *paused.result : call->kind->cut_short(call));
    paused.call = NULL;
}

/* Writes an event's line, or its object: a name, and a value that is JSON already or quoted here. */
static void put_event(const char *text, size_t length, const char *name, const char *value)
{
    char line[2 * EVENT];
    if (!trace_options.is_json) {
        memcpy(line, text, length);
        line[length] = '\n';
        trace_line_whole(line, length + 1);
        return;
    }
    const uint64_t now = trace_now(CLOCK_REALTIME);
    const int n =
        snprintf(line, sizeof line, "{\"pid\":%d,\"time\":%llu.%06llu,\"%s\":%s,\"text\":\"%.*s\"}\n",
                 trace_tid(), (unsigned long long)(now / 1000000000),
                 (unsigned long long)(now / 1000 % 1000000), name, value, (int)length, text);
    trace_line_whole(line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void put_name(char *name, size_t size, int signo)
{
    struct text text = {name, name + size - 2};
    put(&text, '"');
    put_signal(&text, signo);
    put(&text, '"');
    *text.at = '\0';
}

static void signal_comes(const siginfo_t *info)
{
    char text[EVENT], name[32];
    end_interrupted_call();
    if ((trace_options.signals >> (info->si_signo - 1) & 1) != 0) {
        put_name(name, sizeof name, info->si_signo);
        put_event(text, wali_trace_signal(text, sizeof text, info), "signal", name);
    }
}

static void ended(int status)
{
    char text[64], value[16];
    const int n = snprintf(text, sizeof text, "+++ exited with %d +++", status & 0xff);
    snprintf(value, sizeof value, "%d", status & 0xff);
    if (!trace_options.ends_are_quiet) {
        put_event(text, (size_t)n, "exited", value);
    }
}

/* A child in its parent's memory has one thread, and the parent's counter is not its own. */
static int32_t take_threads(int32_t count)
{
    return thread_borrows(wali_self) ? 1 : count;
}

static void thread_ends(int status)
{
    ended(status);
    trace_tasks_add(-1);
    if (!thread_borrows(wali_self)) {
        atomic_fetch_sub(&threads, 1);
    }
}

static void process_ends(int status)
{
    ended(status);
    trace_tasks_add(-take_threads(atomic_load(&threads)));
}

static void process_dies(int signo)
{
    char text[64], name[32];
    struct text at = {text, text + sizeof text};
    put_text(&at, "+++ killed by ");
    put_signal(&at, signo);
    put_text(&at, " +++");
    end_interrupted_call();
    if (!trace_options.ends_are_quiet) {
        put_name(name, sizeof name, signo);
        put_event(text, (size_t)(at.at - text), "killed", name);
    }
    trace_tasks_add(-take_threads(atomic_load(&threads)));
}

/* If the native program cannot be executed after all, the call is told again, with its errno. */
static void leaves(void)
{
    if (current != NULL && !current->is_ended) {
        current->kind->end(current, TRACE_NO_RESULT);
    }
    trace_line_take_back();
}

void trace_thread_begins(void)
{
    trace_tasks_add(1);
    atomic_fetch_add(&threads, 1);
}

void trace_thread_failed(void)
{
    trace_tasks_add(-1);
    atomic_fetch_sub(&threads, 1);
}

void trace_process_begins(void)
{
    trace_tasks_add(1);
}

void trace_process_failed(void)
{
    trace_tasks_add(-1);
}

void trace_process_child(void)
{
    current = NULL;
    paused.call = NULL;
    trace_injections_fork_child();
    if (!thread_borrows(wali_self)) {
        atomic_store(&threads, 1);
    }
}

static const struct watch hears = {
    .call_pauses = call_pauses,
    .call_goes_on = call_goes_on,
    .signal = signal_comes,
    .wants_deaths = true,
    .thread_ends = thread_ends,
    .process_ends = process_ends,
    .process_dies = process_dies,
    .leaves = leaves,
};

void trace_events_begin(void)
{
    watch = &hears;
    if (!trace_line_take_over()) {
        trace_tasks_add(1);
    }
}
