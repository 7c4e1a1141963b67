/* Calls as objects of JSON, one a line. */
#ifndef WALI_CALLS_TRACE_JSON_H
#define WALI_CALLS_TRACE_JSON_H

#include "syscalls/trace.h"

#include <stdint.h>

/* Writes a call and its result.  `wall` and `seconds` in nanoseconds.  The length in bytes. */
size_t trace_json_call(char *buf, size_t size, const struct wali_traced *call, int32_t tid, uint64_t wall,
                       uint64_t duration, bool is_injected) __attribute__((visibility("hidden")));

#endif
