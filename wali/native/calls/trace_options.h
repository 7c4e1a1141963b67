/* What of the trace is wanted: the words behind --trace-options, which are those of strace(1). */
#ifndef WALI_CALLS_TRACE_OPTIONS_H
#define WALI_CALLS_TRACE_OPTIONS_H

#include "syscalls/rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of calls and functions of WASI, together. */
#define TRACE_MOST_ROWS 1024
#define MOST_INJECTIONS 16
/* The most bytes of a string that -s may ask for. */
#define TRACE_MOST_TEXT 4096

/* What is done to calls in the place of the kernel, or beside it. */
struct injection {
    bool has_result;
    int64_t result;                   /* or -errno */
    int signal;                       /* sent before the call; 0: none */
    uint64_t delay_enter, delay_exit; /* nanoseconds */
    uint32_t first, step, last;       /* of the thread's invocations; step 0: the first alone */
};

struct trace_options {
    bool is_listed[TRACE_MOST_ROWS];
    uint8_t injection_of[TRACE_MOST_ROWS]; /* one more than the index of the last injection; 0: none */
    struct injection injections[MOST_INJECTIONS];
    size_t injections_count;
    uint64_t signals;   /* those that are told */
    uint8_t clock;      /* 1: seconds, 2: microseconds, 3: since 1970 */
    bool is_relative;   /* since the line before */
    bool has_durations; /* of calls */
    bool successes_alone, failures_alone;
    bool is_json;
    bool has_backtraces;
    bool is_separate; /* a file for each thread */
    bool ends_are_quiet;
    unsigned column; /* where results stand */
};

extern struct trace_options trace_options __attribute__((visibility("hidden")));

/* Reads the words; NULL is none.  NULL, or what is wrong with them, in a buffer of its own. */
const char *trace_options_read(const char *words);

/* Whether a row is to be bound to the trace's entry. */
static inline bool trace_wants(size_t row)
{
    return trace_options.is_listed[row] || trace_options.injection_of[row] != 0;
}

#endif
