/* The guest's address space: which of its 4 GiB are mapped, and calls on what is mapped.
 *
 * Addresses and lengths are the guest's, in bytes.  Results are as the kernel's: >= 0, or -errno.
 * docs/MEMORY.md says how the parts work together.
 */
#ifndef WALI_MEMORY_MEMORY_H
#define WALI_MEMORY_MEMORY_H

#include "abi/guest.h"
#include "wali/native/base/fork_lock.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/* The engine's functions for the wasm memory.  Fills, copies, wait and notify of compiled code are
 * checked against its size, which therefore has to reach to the end of the highest mapping. */
struct wali_memory_engine {
    /* Grows the wasm memory by a multiple of 64 KiB, readable and writable.  0, and *before is the
     * old size, or -ENOMEM.  A guest thread may grow the memory at the same time: bytes below
     * *before that the map of pages does not know are what that thread has added. */
    int64_t (*grow)(uint64_t more_bytes, uint64_t *before);
    uint64_t (*size)(void); /* bytes */
};

/* Sets up the memory base[0, bytes_now), which is readable and writable, lies in a reservation with
 * a guard, and may grow to bytes_max.  `sparse` says that the reservation is not mapped, but lies
 * where the kernel maps nothing that does not ask for it.  Called once, before the guest starts. */
void wali_memory_init(uint8_t *base, uint64_t bytes_now, uint64_t bytes_max, bool sparse,
                      const struct wali_memory_engine *engine);

/* Guards the map of pages and all sizes. */
extern struct fork_lock wali_memory_lock;
/* Called in a forked child. */
void wali_memory_fork_child(void);

/* Grows the memory so far ahead that a child that runs in it (process/borrow.h) hardly ever has to:
 * a kill while the engine grows it would leave the engine's lock held. */
void wali_memory_keep_room(void);

/* munmap(2). */
int64_t wali_memory_unmap(gaddr_t address, uint64_t length);
/* mprotect(2), but PROT_EXEC is ignored. */
int64_t wali_memory_protect(gaddr_t address, uint64_t length, int prot);
/* Whether the guest's libc has given up the access to page 0 by mprotect(2): the module's memory
 * then begins with the first thread's stack. */
bool wali_memory_page_zero_is_closed(void);

/* prlimit(2) of the guest's own RLIMIT_AS or RLIMIT_DATA (limits.h). */
int64_t wali_memory_limit(int resource, const struct rlimit *wanted, struct rlimit *old);

/* A call on mapped memory, such as madvise(2) or mlock(2). */
struct wali_memory_visit {
    int64_t (*call)(void *host, uint64_t bytes, int argument); /* outside the lock */
    int argument;
    bool attributes;     /* the call makes pages differ from fresh anonymous memory */
    bool stops_at_holes; /* what lies behind a hole is not visited */
};
/* Calls visit->call for each part of a range that is the guest's.  0, the first error of a call, or
 * -ENOMEM if a part of the range is not mapped. */
int64_t wali_memory_each(gaddr_t address, uint64_t length, const struct wali_memory_visit *visit);
/* The bytes of a range, rounded up to pages, before its first page that is not mapped. */
uint64_t wali_memory_mapped_part(gaddr_t address, uint64_t length);
/* Rounds a length up to pages as the kernel does, in the guest's 32 bits: what is longer than the
 * last page's beginning becomes 0. */
static inline uint32_t wali_memory_round(uint64_t length)
{
    return (uint32_t)(length + GUEST_PAGE - 1) & ~(GUEST_PAGE - 1);
}
/* Whether [address, address + bytes) wraps round the end of the address space, as the kernel
 * judges. */
bool wali_memory_wraps(gaddr_t address, uint64_t bytes);

#endif
