/* Faults and other results that the trace puts in the place of calls: -e inject=, -e fault=. */
#ifndef WALI_CALLS_TRACE_INJECTIONS_H
#define WALI_CALLS_TRACE_INJECTIONS_H

#include "wali/native/calls/trace_options.h"

/* Read what is behind inject= and fault=.  NULL, or what is wrong. */
const char *trace_inject_read(const char *text, size_t length) __attribute__((visibility("hidden")));
const char *trace_fault_read(const char *text, size_t length) __attribute__((visibility("hidden")));

/* The number of a signal's name, with or without SIG, or of its digits; 0 if it is none. */
int trace_signal_number(const char *name, size_t length) __attribute__((visibility("hidden")));

/* The injection for the calling thread's next call of the row, or NULL: each call counts. */
const struct injection *trace_injection_next(size_t row) __attribute__((visibility("hidden")));
/* In a forked child, whose calls are counted anew. */
void trace_injections_fork_child(void) __attribute__((visibility("hidden")));
/* Waits. */
void trace_delay(uint64_t nanoseconds) __attribute__((visibility("hidden")));

#endif
