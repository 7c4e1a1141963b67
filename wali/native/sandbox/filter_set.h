/* Sets of calls in filters. */
#ifndef WALI_SANDBOX_FILTER_SET_H
#define WALI_SANDBOX_FILTER_SET_H

#include "syscalls/call_sets.h"
#include "wali/native/confine/filter_writer.h"

/* One answer to all calls of a set. */
void filter_call_set(struct filter_program *program, const struct call_set *set, uint32_t answer)
    __attribute__((visibility("hidden")));

#endif
