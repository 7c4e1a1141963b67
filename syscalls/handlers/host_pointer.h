/* Guest pointers for handlers that leave the order of errors to the kernel. */
#ifndef WALI_HOST_POINTER_H
#define WALI_HOST_POINTER_H

#include "abi/guest.h"

/* An address outside every process: the kernel answers EFAULT when it comes to
 * use it, and not before it has checked what comes first (EBADF, EINVAL). */
#define NOWHERE ((void *)(intptr_t)-4096)

/* The host address of [a, a+len), or NOWHERE if the range leaves the guest. */
static inline void *host_pointer(gaddr_t a, uint64_t len)
{
    void *host;
    return guest_range(a, len, &host) ? host : NOWHERE;
}

#endif
