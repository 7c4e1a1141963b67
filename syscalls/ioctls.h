/* The requests of ioctl(2) at run time, generated from the rows in syscalls/ioctls/. */
#ifndef WALI_IOCTLS_H
#define WALI_IOCTLS_H

#include "abi/guest.h"
#include "syscalls/rows.h"

#include <stddef.h>
#include <stdint.h>

/* Makes a request whose argument is rewritten for the kernel.  The result, or -errno. */
typedef int64_t ioctl_function(int32_t fd, uint32_t request, gaddr_t arg);

/* A kind of file that may be told numbers that could be addresses. */
enum ioctl_file { IOCTL_NO_FILE, IOCTL_TUN, IOCTL_NAMESPACE, IOCTL_ANONYMOUS };

/* How the kernel takes the third argument of a request. */
struct ioctl_argument {
    enum {
        IOCTL_REFUSED,
        IOCTL_NOTHING,
        IOCTL_NUMBER,
        IOCTL_BOUNDED, /* a number, where the request says that it is an address */
        IOCTL_ADDRESS,
        IOCTL_REWRITTEN,
    } kind;
    uint32_t most;        /* of a bounded number; a larger one reaches the kernel as most + 1 */
    enum ioctl_file only; /* what may be told those that could be addresses */
    uint32_t size;        /* bytes behind the address, elements not counted */
    uint32_t request;     /* the kernel's number of the request, if it differs; else 0 */
    struct {
        uint32_t offset, width, element; /* of the count; bytes of an element */
    } counter;
    ioctl_function *function;
};

/* IOCTL_REFUSED for a request without a row. */
struct ioctl_argument ioctl_argument_of(uint32_t request) __attribute__((visibility("hidden")));

#define WALI_IOCTL_NAME_ROOM 40

/* A request as the trace shows it. */
struct wali_ioctl {
    uint32_t first, last; /* the range of its numbers */
    uint8_t param;        /* index in wali_ioctl_params[]: the third argument */
    bool any_size;        /* the numbers are without the size field */
    char name[WALI_IOCTL_NAME_ROOM];
};

extern const struct wali_ioctl wali_ioctls[] __attribute__((visibility("hidden")));
extern const size_t wali_ioctl_count __attribute__((visibility("hidden")));
extern const struct wali_param wali_ioctl_params[] __attribute__((visibility("hidden")));

#endif
