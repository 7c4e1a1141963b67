/* The table at run time: one row for each system call that a guest may import.
 *
 * Texts lie inside the rows, and a row names others by their index.  A pointer would be relocated
 * at each start, which makes its page the process's own. */
#ifndef WALI_ROWS_H
#define WALI_ROWS_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generator stops at a row that does not fit. */
#define WALI_MOST_PARAMETERS 6
#define WALI_NAME_ROOM 24
#define WALI_SYMBOL_ROOM 32

/* What a parameter means. */
enum wali_shape {
    WALI_INT, /* numbers, up to WALI_REQUEST */
    WALI_UINT,
    WALI_FD,
    WALI_DIRFD,
    WALI_HEX,
    WALI_OCTAL,
    WALI_FLAGS,
    WALI_CHOICE,
    WALI_DEVICE,
    WALI_SIGNAL,
    WALI_REQUEST,       /* of ioctl(2) */
    WALI_ARGUMENT,      /* of ioctl(2): the request before it says which (syscalls/ioctls.h) */
    WALI_OPTION,        /* of a socket: the level before it says of which (syscalls/sockopts.h) */
    WALI_CREATION_MODE, /* octal, if the flags before it say that a file is made */
    WALI_FILE_MODE,     /* a file's kind and mode */
    WALI_SIGSET,
    WALI_HANDLER, /* of a signal */
    WALI_TIME,    /* seconds since 1970 */
    WALI_LIMIT,   /* of a resource */
    WALI_EPOLL_DATA,
    WALI_CHARACTERS, /* a member that is a string */
    WALI_NOTHING,    /* ignored */
    WALI_ADDRESS,    /* guest addresses, from here on */
    WALI_OPTION_VALUE,
    WALI_PATH,
    WALI_STRING,
    WALI_VECTOR,
    WALI_COUNTED_VECTOR, /* whose strings are not shown */
    WALI_RECORDS,        /* of getdents(2) */
    WALI_STATUS,         /* of a child (wait(2)) */
    WALI_SIGINFO,
    WALI_SOCKLEN, /* the room for an address, then its length */
    WALI_RANDOM,  /* bytes that are no text */
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
    uint8_t direction; /* enum wali_direction, of the bytes behind an address */
    uint8_t layout;    /* enum wali_layout, for WALI_STRUCT */
    int8_t count_at;   /* the parameter that holds the number of elements, or -1 */
    uint16_t unit;     /* bytes of an element */
    uint16_t count;    /* elements, if no parameter holds the number */
    uint16_t plus;     /* bytes before the elements */
    uint8_t symbols;   /* index in wali_symbol_sets[] */
};

/* What a result is. */
enum wali_answer {
    WALI_ANSWER_NUMBER,
    WALI_ANSWER_ADDRESS,
    WALI_ANSWER_OCTAL,
    WALI_ANSWER_FD,
    WALI_ANSWER_FLAGS,
    WALI_ANSWER_HEX,
};

/* How the kernel names the interruption of a call to itself, and so strace(1). */
enum wali_restart { WALI_RESTART_SYS, WALI_RESTART_NOHAND, WALI_RESTART_BLOCK, WALI_RESTART_NEVER };

struct wali_row {
    char name[WALI_NAME_ROOM];                /* without SYS_ */
    char signature[WALI_MOST_PARAMETERS + 1]; /* canonical parameters: i for 32 bits, I for 64 */
    uint16_t params;                          /* index of its first parameter in wali_params[] */
    int16_t number;
    uint8_t signed_mask; /* bit i: parameter i widens with its sign */
    uint8_t answer;      /* enum wali_answer */
    uint8_t restart;     /* enum wali_restart */
    int8_t operation_at; /* the parameter that says what those behind it are (syscalls/shown.h), or -1 */
    uint16_t families;   /* bits: indices in wali_families[] */
};

/* Sorted by name (strcmp). */
extern const struct wali_row wali_rows[] __attribute__((visibility("hidden")));
extern const size_t wali_row_count __attribute__((visibility("hidden")));
/* The generated entry of each row. */
extern const wali_entry_t wali_row_entries[] __attribute__((visibility("hidden")));
/* The entry that each row's import is bound to; NULL for calls that the module does not import.
 * Filled when the module is linked.  Whoever comes before a call (the gate of seccomp, the trace)
 * goes on to this entry, never to the generated one. */
extern wali_entry_t row_bound[] __attribute__((visibility("hidden")));

extern const struct wali_param wali_params[] __attribute__((visibility("hidden")));
extern const struct wali_symbols *const wali_symbol_sets[] __attribute__((visibility("hidden")));

/* Names of sets of calls, as in strace's -e trace=%file; a NULL ends them. */
extern const char *const wali_families[] __attribute__((visibility("hidden")));

/* The row's generated entry. */
static inline wali_entry_t entry_of(const struct wali_row *row)
{
    return wali_row_entries[row - wali_rows];
}

/* The entry that the row's import is bound to (row_bound). */
static inline wali_entry_t row_bound_to(const struct wali_row *row)
{
    return row_bound[row - wali_rows];
}

#endif
