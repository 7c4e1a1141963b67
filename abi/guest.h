/* Guest addresses and the only ways to follow one.
 *
 * The guest's linear memory is one reservation of 4 GiB (plus a guard) at a
 * fixed host address, so a host address is wali_base + guest address.  What is
 * not mapped inside it is PROT_NONE: the kernel answers EFAULT by itself, and
 * copy_in/copy_out below survive the fault.
 */
#ifndef WALI_ABI_GUEST_H
#define WALI_ABI_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A guest address.  A struct, so that it cannot be dereferenced by accident. */
typedef struct {
    uint32_t v;
} gaddr_t;

#define GUEST_SPAN (UINT64_C(1) << 32)
#define GUEST_PAGE UINT32_C(4096)

extern uint8_t *wali_base __attribute__((visibility("hidden")));

/* Sets *host to the host address of [a, a+len), to hand to the kernel, and
 * returns true; false (the caller answers -EFAULT) if the range leaves the
 * guest's 4 GiB.  The guest's NULL becomes NULL, so that the kernel treats it
 * as it treats every null pointer.  Host code must not dereference the result:
 * the page may be unmapped, or change under its feet. */
static inline bool guest_range(gaddr_t a, uint64_t len, void **host)
{
    if (a.v == 0) {
        *host = NULL;
        return true;
    }
    if (len > GUEST_SPAN - a.v) {
        return false;
    }
    *host = wali_base + a.v;
    return true;
}

/* Whether a host address, of a fault say, lies in the guest's 4 GiB. */
static inline bool is_guest_address(const void *host)
{
    return (uint64_t)((uintptr_t)host - (uintptr_t)wali_base) < GUEST_SPAN;
}

static inline gaddr_t gaddr(uint32_t v)
{
    return (gaddr_t){v};
}

/* A guest address some bytes further on; it wraps as the guest's own would, and
 * the range check of the access catches it. */
static inline gaddr_t gaddr_add(gaddr_t a, uint32_t n)
{
    return (gaddr_t){a.v + n};
}

/* Copies n bytes between host and guest memory.  False (answer -EFAULT) if any
 * byte of the range is NULL, outside the 4 GiB, or faults; the destination may
 * then hold a part.  Async-signal-safe; no system call. */
bool copy_in(void *host, gaddr_t from, size_t n);
bool copy_out(gaddr_t to, const void *host, size_t n);

/* Copies a string with its NUL into host[size].  Returns its length,
 * -EFAULT if it faults, or -ENAMETOOLONG if no NUL is within size bytes. */
int64_t copy_in_string(char *host, size_t size, gaddr_t from);

#endif
