/* The guest's address space: what lies where in its 4 GiB.
 *
 * Addresses and lengths are the guest's; results are the kernel's (>= 0, or
 * -errno).  docs/MEMORY.md says how it works.
 */
#ifndef WALI_MEMORY_MEMORY_H
#define WALI_MEMORY_MEMORY_H

#include "abi/guest.h"
#include "wali/native/base/fork_lock.h"

#include <stdbool.h>
#include <stdint.h>

/* The engine's side of the memory.  Instructions on memory are checked against
 * the engine's size (fills, copies, atomics), so it has to cover what is mapped. */
struct wali_memory_engine {
    /* Makes the wasm memory larger by that many bytes (a multiple of 64 KiB),
     * readable and writable.  0 with *before the size it had, or -ENOMEM.  A
     * guest thread may grow it at the same time: what is below *before and not
     * known yet is that thread's. */
    int64_t (*grow)(uint64_t more_bytes, uint64_t *before);
    uint64_t (*size)(void);
};

/* The memory is base[0, bytes_now), readable and writable, in a reservation of
 * 4 GiB and a guard, and may grow to bytes_max.  Called before a guest starts,
 * again when execve replaces it; only one thread may be in the guest. */
void wali_memory_init(uint8_t *base, uint64_t bytes_now, uint64_t bytes_max,
                      const struct wali_memory_engine *engine);

/* Of all bookkeeping. */
extern struct fork_lock wali_memory_lock;
/* In a forked child. */
void wali_memory_fork_child(void);

int64_t wali_memory_unmap(gaddr_t address, uint64_t length);
int64_t wali_memory_protect(gaddr_t address, uint64_t length, int prot);

/* Applies call to the parts of a range that are the guest's.  0, the first
 * error, or -ENOMEM if some of it is not mapped (madvise(2), mlock(2)).  With
 * attributes, the call makes these pages unlike fresh anonymous memory. */
struct wali_memory_visit {
    int64_t (*call)(void *host, uint64_t bytes, int argument);
    int argument;
    bool attributes;
};
int64_t wali_memory_each(gaddr_t address, uint64_t length, const struct wali_memory_visit *visit);
bool wali_memory_is_mapped(gaddr_t address, uint64_t length);

/* With now, every page that is mapped from there on; with future, mappings to come
 * are locked too (mlockall(2)). */
int64_t wali_memory_lock_all(bool now, gaddr_t from, bool future, bool on_fault);
int64_t wali_memory_unlock_all(void);

#endif
