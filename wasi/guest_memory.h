/* Copies in and out of the guest's memory, for interfaces to which address 0 is as good as any. */
#ifndef WALI_WASI_GUEST_MEMORY_H
#define WALI_WASI_GUEST_MEMORY_H

#include "abi/guest.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/memory/guest_copy.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/* A list, string or array of the guest's: two arguments of the interface. */
struct wasi_list {
    uint32_t at;    /* the address */
    uint32_t count; /* elements; of a string, bytes */
};

/* False, for the caller to answer -EFAULT, if the range leaves guest memory. */
static inline bool wasi_copy_in(void *to, uint32_t from, uint32_t bytes)
{
    return guest_bytes_in(to, gaddr(from), bytes);
}

static inline bool wasi_copy_out(uint32_t to, const void *from, uint32_t bytes)
{
    return guest_bytes_out(gaddr(to), from, bytes);
}

/* The host address of [at, at+bytes), for the kernel alone, or one that no process has. */
static inline void *wasi_host_range(uint32_t at, uint64_t bytes)
{
    return bytes <= GUEST_SPAN - at ? wali_base + at : NOWHERE;
}

/* `iovec` and `ciovec` of the interface. */
struct wasi_vector {
    uint32_t at;
    uint32_t bytes;
};

/* The kernel takes so many vectors at most (IOV_MAX). */
#define WASI_VECTORS 1024

/* Makes the kernel's vectors of those in a list of `iovec` or `ciovec` that are not empty, `most` of them
 * at most: how many there are, or -errno.  `most` + 1 says that there are more. */
int64_t wasi_vectors_in(struct iovec *to, uint32_t most, struct wasi_list list)
    __attribute__((visibility("hidden")));

/* 0 after a number has been written to where the guest wants it, or -EFAULT. */
static inline int64_t wasi_answer_32(uint32_t to, uint32_t value)
{
    return wasi_copy_out(to, &value, sizeof value) ? 0 : -EFAULT;
}

static inline int64_t wasi_answer_64(uint32_t to, uint64_t value)
{
    return wasi_copy_out(to, &value, sizeof value) ? 0 : -EFAULT;
}

#endif
