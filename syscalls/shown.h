/* What the trace knows beyond the rows: members of structures, and arguments by operation.  Generated
 * from syscalls/shown.py. */
#ifndef WALI_SHOWN_H
#define WALI_SHOWN_H

#include "syscalls/rows.h"

#define WALI_MEMBER_ROOM 28

/* A member of a structure. */
struct wali_member {
    uint16_t offset;
    uint8_t width; /* bytes of an element */
    uint8_t shape; /* enum wali_shape */
    uint8_t symbols;
    uint16_t count; /* of elements; 0: it is no array */
    bool is_signed;
    bool is_brief;               /* shown without -v */
    bool is_filled;              /* shown if the kernel has filled the structure */
    char name[WALI_MEMBER_ROOM]; /* a dot parts the name of a structure inside from that of its member */
};

/* The members of a layout, in the order in which they are shown. */
struct wali_shown_layout {
    uint16_t first, count; /* in wali_members[] */
    uint16_t size;         /* bytes of the structure */
    bool is_whole;         /* whether all are brief */
};

/* Bytes of the largest structure. */
#define WALI_LARGEST_LAYOUT 512

extern const struct wali_member wali_members[] __attribute__((visibility("hidden")));
extern const struct wali_shown_layout wali_shown_layouts[] __attribute__((visibility("hidden")));

/* What a call's arguments behind its operation are, and its result. */
struct wali_operation {
    int16_t number;  /* of the call */
    uint8_t answer;  /* enum wali_answer */
    uint8_t symbols; /* of an answer of flags */
    uint32_t mask;   /* which bits are the operation */
    uint32_t value;
    uint8_t params; /* index in wali_operation_params[] */
    uint8_t count;  /* of parameters behind the operation */
};

extern const struct wali_param wali_operation_params[] __attribute__((visibility("hidden")));
extern const struct wali_operation wali_operations[] __attribute__((visibility("hidden")));
extern const size_t wali_operation_count __attribute__((visibility("hidden")));

#endif
