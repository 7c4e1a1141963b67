/* The table at run time: one row for every name that a guest may import.
 *
 * Texts lie in the rows, and one row names another by its index: a pointer would
 * be relocated at each start, and make its page the process's own. */
#ifndef WALI_ROWS_H
#define WALI_ROWS_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generator stops at what does not fit. */
#define WALI_MOST_PARAMETERS 6
#define WALI_NAME_ROOM 24
#define WALI_SYMBOL_ROOM 32

/* What a parameter means. */
enum wali_shape {
    WALI_INT, /* numbers */
    WALI_UINT,
    WALI_FD,
    WALI_DIRFD,
    WALI_HEX,
    WALI_OCTAL,
    WALI_FLAGS,
    WALI_CHOICE,
    WALI_DEVICE,
    WALI_SIGNAL,
    WALI_REQUEST,  /* of ioctl(2) */
    WALI_ARGUMENT, /* what the request before it says (syscalls/ioctls.h) */
    WALI_NOTHING,  /* not looked at */
    WALI_ADDRESS,  /* guest addresses */
    WALI_PATH,
    WALI_STRING,
    WALI_VECTOR,
    WALI_BYTES,
    WALI_INTS,
    WALI_LONGS,
    WALI_STRUCT,
    WALI_BITS, /* an fd_set */
    WALI_SOCKADDR,
};

enum wali_direction { WALI_NEITHER, WALI_IN, WALI_OUT, WALI_INOUT };

struct wali_symbol {
    uint64_t value;
    char name[WALI_SYMBOL_ROOM];
};

struct wali_symbols {
    const struct wali_symbol *all;
    size_t count;
    uint64_t number_mask; /* these bits are one number, not flags (O_ACCMODE) */
};

struct wali_param {
    uint8_t shape;     /* enum wali_shape */
    uint8_t direction; /* enum wali_direction, of what an address leads to */
    uint8_t layout;    /* enum wali_layout, of a WALI_STRUCT */
    int8_t count_at;   /* which parameter holds the number of elements, or -1 */
    uint16_t unit;     /* bytes of an element */
    uint16_t count;    /* elements, where no parameter holds the number */
    uint16_t plus;     /* bytes before the elements */
    uint8_t symbols;   /* of wali_symbol_sets[] */
};

struct wali_row {
    char name[WALI_NAME_ROOM];                /* without SYS_ */
    char signature[WALI_MOST_PARAMETERS + 1]; /* canonical parameters: i for 32 bits, I for 64 */
    uint16_t params;                          /* where its parameters begin in wali_params[] */
    int16_t number;
    uint8_t signed_mask; /* bit i: parameter i widens with its sign */
    bool address_result; /* the result is a guest address */
};

/* Sorted by name (strcmp). */
extern const struct wali_row wali_rows[] __attribute__((visibility("hidden")));
extern const size_t wali_row_count __attribute__((visibility("hidden")));
/* One for each row. */
extern const wali_entry_t wali_row_entries[] __attribute__((visibility("hidden")));
/* What each row is bound to, NULL where the module imports no such call: filled when it is
 * linked.  Whoever stands before a call (the gate of seccomp, the trace) goes on to this entry,
 * and never to the row's own. */
extern wali_entry_t row_bound[] __attribute__((visibility("hidden")));

extern const struct wali_param wali_params[] __attribute__((visibility("hidden")));
extern const struct wali_symbols *const wali_symbol_sets[] __attribute__((visibility("hidden")));

static inline wali_entry_t entry_of(const struct wali_row *row)
{
    return wali_row_entries[row - wali_rows];
}

static inline wali_entry_t row_bound_to(const struct wali_row *row)
{
    return row_bound[row - wali_rows];
}

#endif
