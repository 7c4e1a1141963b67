/* Guest addresses for the kernel, in handlers that leave the order of errors to the kernel. */
#ifndef WALI_HOST_POINTER_H
#define WALI_HOST_POINTER_H

#include "abi/guest.h"

/* An address outside every process.  The kernel answers EFAULT only when it comes to use the
 * address, after its other checks (EBADF, EINVAL). */
#define NOWHERE ((void *)(intptr_t)-4096)

/* The host address of [a, a+len), or NOWHERE if the range leaves the guest. */
static inline void *host_pointer(gaddr_t a, uint64_t len)
{
    void *host;
    return guest_range(a, len, &host) ? host : NOWHERE;
}

/* The same for a guest address in a field of 64 bits. */
static inline void *wide_host_pointer(uint64_t a, uint64_t len)
{
    return a < GUEST_SPAN ? host_pointer(gaddr((uint32_t)a), len) : NOWHERE;
}

#endif
