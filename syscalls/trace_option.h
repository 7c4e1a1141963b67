/* Writes the options of sockets into the trace. */
#ifndef WALI_TRACE_OPTION_H
#define WALI_TRACE_OPTION_H

#include "syscalls/sockopts.h"
#include "syscalls/trace_text.h"

/* The row of the option that can be got, or set; NULL if the table has none. */
static inline const struct wali_option *find_option(int32_t level, int32_t number, bool got)
{
    for (size_t i = 0; i < wali_option_count; i++) {
        const struct wali_option *row = &wali_options[i];
        if (row->level == level && row->number == number && (got ? row->gettable : row->settable)) {
            return row;
        }
    }
    return NULL;
}

/* Writes an option's name, if the level has the number at all: two may share it, one of which can
 * only be got. */
static inline void put_option(struct text *text, int32_t level, int32_t number, bool got)
{
    const struct wali_option *row = find_option(level, number, got);
    row = row == NULL ? find_option(level, number, !got) : row;
    if (row == NULL) {
        put_signed(text, number);
    } else {
        put_text(text, row->name);
    }
}

#endif
