/* The table at run time: one row for every name that a guest may import. */
#ifndef WALI_ROWS_H
#define WALI_ROWS_H

#include "wali/native/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wali_kind { WALI_PASSTHROUGH, WALI_REPACK, WALI_CUSTOM, WALI_STUB };

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
    WALI_ADDRESS, /* guest addresses */
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
    const char *name;
};

struct wali_symbols {
    const struct wali_symbol *all;
    size_t count;
    uint64_t number_mask; /* these bits are one number, not flags (O_ACCMODE) */
};

struct wali_param {
    const char *name;
    uint8_t shape;     /* enum wali_shape */
    uint8_t direction; /* enum wali_direction, of what an address leads to */
    uint8_t layout;    /* enum wali_layout, of a WALI_STRUCT */
    int8_t count_at;   /* which parameter holds the number of elements, or -1 */
    uint16_t unit;     /* bytes of an element */
    uint16_t count;    /* elements, where no parameter holds the number */
    uint16_t plus;     /* bytes before the elements */
    const struct wali_symbols *symbols;
};

struct wali_row {
    const char *name; /* without SYS_ */
    wali_entry_t entry;
    const char *signature; /* canonical parameters: i for 32 bits, I for 64 */
    const struct wali_param *params;
    int16_t number;
    uint8_t kind;         /* enum wali_kind */
    uint8_t signed_mask;  /* bit i: parameter i widens with its sign */
    bool address_result;  /* the result is a guest address */
    const char *alias_of; /* the kernel's name, or NULL if this is it */
    const char *why;      /* "" or a reason */
};

/* Sorted by name (strcmp). */
extern const struct wali_row wali_rows[] __attribute__((visibility("hidden")));
extern const size_t wali_row_count __attribute__((visibility("hidden")));

#endif
