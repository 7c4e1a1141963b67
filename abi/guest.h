/* Guest addresses, and the only ways to follow one.
 *
 * The guest's linear memory is one reservation of 4 GiB, with a guard behind it, at a host address
 * that never changes: a host address is wali_base + guest address.  Pages that the guest has not
 * mapped are PROT_NONE.  The kernel answers EFAULT for them, and copy_in and copy_out survive the
 * fault.
 */
#ifndef WALI_ABI_GUEST_H
#define WALI_ABI_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A guest address.  A struct cannot be dereferenced by accident. */
typedef struct {
    uint32_t v;
} gaddr_t;

#define GUEST_SPAN (UINT64_C(1) << 32) /* bytes */
#define GUEST_PAGE UINT32_C(4096)
/* The engine counts memory in these. */
#define WASM_PAGE UINT64_C(65536)

/* The host address of guest address 0; set by wali_memory_init (memory/memory.h). */
extern uint8_t *wali_base __attribute__((visibility("hidden")));

/* Sets *host to the host address of [a, a+len), for the kernel, and returns true.  Returns false if
 * the range leaves the guest's 4 GiB: the caller answers -EFAULT.  The guest's NULL becomes NULL,
 * so that the kernel treats it as any null pointer.  Host code must not dereference the result:
 * another thread may unmap or change the page at any time. */
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

/* Whether a host address lies in the guest's 4 GiB. */
static inline bool is_guest_address(const void *host)
{
    return (uint64_t)((uintptr_t)host - (uintptr_t)wali_base) < GUEST_SPAN;
}

static inline gaddr_t gaddr(uint32_t v)
{
    return (gaddr_t){v};
}

/* The guest address n bytes further on.  The sum wraps, as the guest's own arithmetic does; the
 * access checks its range. */
static inline gaddr_t gaddr_add(gaddr_t a, uint32_t n)
{
    return (gaddr_t){a.v + n};
}

/* Copy n bytes between host and guest memory.  False, for the caller to answer -EFAULT, if the
 * guest address is NULL, the range leaves the 4 GiB, or an access faults; a part may have been
 * copied then.  No byte is copied, and no address checked, if n is 0.  Async-signal-safe; no system
 * call.  Defined in memory/guest_copy.c. */
bool copy_in(void *host, gaddr_t from, size_t n);
bool copy_out(gaddr_t to, const void *host, size_t n);

/* Copies a string with its NUL into host[size].  Returns the string's length without the NUL,
 * -EFAULT if an access faults or the string leaves the 4 GiB, or -ENAMETOOLONG if none of the first
 * size bytes is NUL.  Async-signal-safe. */
int64_t copy_in_string(char *host, size_t size, gaddr_t from);

#endif
