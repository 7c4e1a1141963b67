/* Trace and counters (--trace, --stats): where they go.  What an interface's calls are in them is for
 * wali_trace and wasi_trace to say.  Without these options nothing stands before a call, and it costs
 * nothing more. */
#ifndef WALI_CALLS_TRACE_STATS_H
#define WALI_CALLS_TRACE_STATS_H

#include "wali/native/process/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens trace and counters, before the guest runs: maps the memory file of the counters.  0, or -1
 * if that file is missing or too small. */
int trace_stats_open(const wali_config *config) __attribute__((visibility("hidden")));

/* Whether the counters are wanted, and whether the trace is. */
bool trace_stats_are_on(void) __attribute__((visibility("hidden")));
bool trace_is_on(void) __attribute__((visibility("hidden")));

/* Counts a call, which may not return, and later what became of it.  `row` counts the rows of WALI,
 * and those of WASI behind them. */
uint64_t counters_begin(size_t row) __attribute__((visibility("hidden")));
void counters_end(size_t row, uint64_t begun, bool failed) __attribute__((visibility("hidden")));

#endif
