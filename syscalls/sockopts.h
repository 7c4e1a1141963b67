/* Socket options and control messages at run time, generated from the rows in syscalls/sockopts/. */
#ifndef WALI_SOCKOPTS_H
#define WALI_SOCKOPTS_H

#include "abi/guest.h"
#include "syscalls/rows.h"

#include <stddef.h>
#include <stdint.h>

/* Sets or gets an option whose value is rewritten for the kernel.  *size is the guest's length of
 * the value, and becomes the kernel's.  The result, or -errno. */
typedef int64_t option_setter(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size);
typedef int64_t option_getter(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t *size);

#define OPTION_UNBOUNDED UINT32_MAX

enum { OPTION_UNKNOWN, OPTION_BYTES, OPTION_REWRITTEN };

/* How the kernel takes the value of an option, or gives it.  Two words, which fit registers. */
struct option_value {
    uint16_t kind;
    uint16_t cut;  /* bytes that it is told of a longer value; 0: it finds none */
    uint32_t most; /* bytes that the kernel knows of */
    union {
        option_setter *set;
        option_getter *get;
    };
};
_Static_assert(sizeof(struct option_value) == 16, "two words");

/* OPTION_UNKNOWN for an option without a row, one that cannot be set or got, and a refused one. */
struct option_value option_to_set(int32_t level, int32_t option) __attribute__((visibility("hidden")));
struct option_value option_to_get(int32_t level, int32_t option) __attribute__((visibility("hidden")));

/* The most bytes of data that a control message may be sent with, or one of these. */
#define CONTROL_REFUSED (-1)
#define CONTROL_OF_NO_LEVEL (-2) /* the kernel passes over levels that are not of the socket */
int64_t control_most(int32_t level, int32_t type) __attribute__((visibility("hidden")));

#define WALI_OPTION_NAME_ROOM 40

/* An option as the trace shows it. */
struct wali_option {
    int32_t level, number;
    uint8_t set, get; /* indices in wali_option_params[]: the value, of which the call tells the size */
    bool settable, gettable;
    char name[WALI_OPTION_NAME_ROOM];
};

extern const struct wali_option wali_options[] __attribute__((visibility("hidden")));
extern const size_t wali_option_count __attribute__((visibility("hidden")));
extern const struct wali_param wali_option_params[] __attribute__((visibility("hidden")));

#endif
