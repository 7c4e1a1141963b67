/* Sets of calls as strace's -e writes them: names, %families, /expressions/, all, none, !set. */
#ifndef WALI_CALLS_TRACE_SETS_H
#define WALI_CALLS_TRACE_SETS_H

#include <stdbool.h>
#include <stddef.h>

/* Sets the members of a set of `length` bytes.  False if it names what is none: *wrong and
 * *wrong_length then are that name. */
bool trace_set_read(const char *set, size_t length, bool *members, const char **wrong, size_t *wrong_length)
    __attribute__((visibility("hidden")));

#endif
