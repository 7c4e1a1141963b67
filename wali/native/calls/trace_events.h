/* The lines of the trace that are no calls: signals, and how threads and processes end. */
#ifndef WALI_CALLS_TRACE_EVENTS_H
#define WALI_CALLS_TRACE_EVENTS_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

struct traced_call;

/* How an interface of calls finishes a line of its own, whose call a signal interrupts, and begins it
 * anew.  The result is as in wali_trace_exit(). */
struct traced_kind {
    void (*end)(struct traced_call *call, int64_t result);
    void (*begin)(struct traced_call *call);
    /* What is told of a call that is cut short, in the kernel, by a signal that ends the process. */
    int64_t (*cut_short)(const struct traced_call *call);
};

/* A call that the calling thread is in. */
struct traced_call {
    const struct traced_kind *kind;
    bool is_ended; /* its line has been written: the call has been interrupted */
};

/* Makes the trace hear of events. */
void trace_events_begin(void) __attribute__((visibility("hidden")));

/* Enclose a call, from the first part of its line to the second. */
void traced_call_enter(struct traced_call *call) __attribute__((visibility("hidden")));
void traced_call_leave(void) __attribute__((visibility("hidden")));

/* One thread more, or one less than was thought. */
void trace_thread_begins(void) __attribute__((visibility("hidden")));
void trace_thread_failed(void) __attribute__((visibility("hidden")));
/* One process more; in the child itself; and none after all. */
void trace_process_begins(void) __attribute__((visibility("hidden")));
void trace_process_child(void) __attribute__((visibility("hidden")));
void trace_process_failed(void) __attribute__((visibility("hidden")));

#endif
