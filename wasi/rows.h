/* The tables of WASI at run time: one row for each function of each interface that a guest may
 * import.  Texts lie inside the rows, and a row names others by their index (syscalls/rows.h). */
#ifndef WASI_ROWS_H
#define WASI_ROWS_H

#include "syscalls/rows.h"
#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generator stops at a row that does not fit. */
#define WASI_MOST_PARAMETERS 16
#define WASI_MODULE_ROOM 40
#define WASI_NAME_ROOM 64
#define WASI_FIELD_ROOM 24

enum wasi_type_kind {
    WASI_UNSIGNED, /* handles, too */
    WASI_SIGNED,
    WASI_ENUM,
    WASI_FLAGS,
    WASI_BYTES, /* an address; the field behind it counts */
    WASI_RECORD,
    WASI_TEXT,     /* address and count of bytes */
    WASI_ELEMENTS, /* address and count of others */
};

/* `first` and `count` are of wasi_symbols[], of a record of wasi_fields[]. */
struct wasi_type {
    uint8_t kind; /* enum wasi_type_kind */
    uint8_t size; /* bytes in memory */
    uint16_t first;
    uint8_t count;
};

/* A field is there if `cases` is 0, or has the bit of the number at `tag_at`. */
struct wasi_field {
    char name[WASI_FIELD_ROOM];
    uint8_t offset;
    uint8_t type; /* index in wasi_types[] */
    uint8_t tag_at;
    uint8_t cases;
};

enum wasi_param_kind {
    WASI_VALUE,
    WASI_STRING, /* address and bytes */
    WASI_DATA,   /* address and bytes */
    WASI_LIST,   /* address and elements */
    WASI_ARRAY,  /* an address alone */
    WASI_OPAQUE, /* an address */
    WASI_OUT,    /* where one result lies; known after the call, as what follows here */
    WASI_FILLED_LIST,
    WASI_FILLED_ARRAY,
    WASI_BUFFER, /* address and bytes */
};

struct wasi_param {
    uint8_t kind; /* enum wasi_param_kind */
    uint8_t type; /* index in wasi_types[]: of the value, the result or an element */
    uint8_t at;   /* its first word among the arguments */
    bool counted; /* the word at count_at counts, of what is filled the result that it points to */
    uint8_t count_at;
};

/* Where a result is. */
enum wasi_outcome {
    WASI_ERRNO_RESULT, /* an errno is returned */
    WASI_NO_RESULT,
    WASI_FLAT_RESULT,   /* `ok` is returned */
    WASI_STORED_RESULT, /* `ok` lies at the last argument */
    WASI_OK_OR_ERR,     /* there lie a tag, and at payload_at what it says: `ok` or `err` */
};

#define WASI_NO_TYPE 255

struct wasi_row {
    char name[WASI_NAME_ROOM];
    char signature[WASI_MOST_PARAMETERS + 1]; /* i for 32 bits, I for 64 */
    uint8_t interface;                        /* index in wasi_modules[] */
    uint8_t param_count;
    uint16_t params; /* index of its first parameter in wasi_params[] */
    char result;     /* i or I, - for none */
    bool returns;    /* else never */
    uint8_t outcome; /* enum wasi_outcome */
    uint8_t ok;      /* indexes in wasi_types[], or WASI_NO_TYPE */
    uint8_t err;
    uint8_t payload_at;
};

/* Those of an interface stand together. */
extern const struct wasi_row wasi_rows[] __attribute__((visibility("hidden")));
extern const size_t wasi_row_count __attribute__((visibility("hidden")));
/* The generated entry of each row. */
extern const wali_entry_t wasi_row_entries[] __attribute__((visibility("hidden")));

/* The module names of the interfaces; of those that have versions, the release of all that agree is
 * part of it: "wasi:io/streams@0.2". */
extern const char wasi_modules[][WASI_MODULE_ROOM] __attribute__((visibility("hidden")));
extern const size_t wasi_module_count __attribute__((visibility("hidden")));

/* Another name of an interface. */
struct wasi_alias {
    char name[WASI_MODULE_ROOM];
    uint8_t interface; /* index in wasi_modules[] */
};
extern const struct wasi_alias wasi_aliases[] __attribute__((visibility("hidden")));
extern const size_t wasi_alias_count __attribute__((visibility("hidden")));

extern const struct wasi_param wasi_params[] __attribute__((visibility("hidden")));
extern const struct wasi_type wasi_types[] __attribute__((visibility("hidden")));
extern const struct wasi_field wasi_fields[] __attribute__((visibility("hidden")));
extern const struct wali_symbol wasi_symbols[] __attribute__((visibility("hidden")));
/* The type of what the functions return. */
extern const uint8_t wasi_errno_type __attribute__((visibility("hidden")));

#endif
