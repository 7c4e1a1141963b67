/* The requests of ioctl(2) at run time, from the rows in syscalls/ioctls/. */
#ifndef WALI_IOCTLS_H
#define WALI_IOCTLS_H

#include "abi/guest.h"
#include "syscalls/rows.h"

#include <stddef.h>
#include <stdint.h>

/* A request whose argument must be rewritten for the kernel: the result, or -errno. */
typedef int64_t ioctl_function(int32_t fd, uint32_t request, gaddr_t arg);

/* What the third argument is, for the kernel. */
struct ioctl_argument {
    enum { IOCTL_REFUSED, IOCTL_NUMBER, IOCTL_ADDRESS, IOCTL_REWRITTEN } kind;
    uint32_t size;    /* of what the address leads to, without elements */
    uint32_t request; /* the kernel's number, if it is another one */
    struct {
        uint32_t offset, width, element; /* where the number of elements is, and the size of each */
    } counter;
    ioctl_function *function;
};

struct ioctl_argument ioctl_argument_of(uint32_t request) __attribute__((visibility("hidden")));

#define WALI_IOCTL_NAME_ROOM 40

/* What the trace knows of a request. */
struct wali_ioctl {
    uint32_t first, last; /* its numbers */
    uint8_t param;        /* of wali_ioctl_params[]: the third argument */
    bool any_size;        /* the numbers stand without their size field */
    char name[WALI_IOCTL_NAME_ROOM];
};

extern const struct wali_ioctl wali_ioctls[] __attribute__((visibility("hidden")));
extern const size_t wali_ioctl_count __attribute__((visibility("hidden")));
extern const struct wali_param wali_ioctl_params[] __attribute__((visibility("hidden")));

#endif
