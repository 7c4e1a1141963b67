/* Faults of the core's copies from and to guest memory (abi/guest.h), copies where address 0 is as
 * good as any, and an atomic access. */
#ifndef WALI_MEMORY_GUEST_COPY_H
#define WALI_MEMORY_GUEST_COPY_H

#include "abi/guest.h"

#include <signal.h>
#include <stdbool.h>
#include <ucontext.h>

/* For the handler of SIGSEGV and SIGBUS: true if a copy faulted in guest memory.  The copy then
 * returns its error.  False if the fault is another one.  Async-signal-safe. */
bool fault_in_copy(const siginfo_t *info, ucontext_t *context) __attribute__((visibility("hidden")));

/* Whether a program counter lies in a copy.  Async-signal-safe. */
bool in_copy(uintptr_t pc) __attribute__((visibility("hidden")));

/* Copies n bytes: 0, or -1 if an access faulted in guest memory.  Words of 1, 2, 4 and 8 bytes are read and
 * written once and whole, because other threads may access them. */
int64_t wali_copy_bytes(void *to, const void *from, size_t n) __attribute__((visibility("hidden")));

/* copy_in() and copy_out() for interfaces to which address 0 is as good as any. */
static inline bool guest_bytes_in(void *host, gaddr_t from, size_t n)
{
    return n <= GUEST_SPAN - from.v && wali_copy_bytes(host, wali_base + from.v, n) == 0;
}

static inline bool guest_bytes_out(gaddr_t to, const void *host, size_t n)
{
    return n <= GUEST_SPAN - to.v && wali_copy_bytes(wali_base + to.v, host, n) == 0;
}

/* Atomically writes value to the guest's word if the word is *seen; *seen becomes what the word
 * was.  The address is a multiple of 4.  False if the access faults.  Async-signal-safe. */
bool guest_compare_exchange(gaddr_t word, uint32_t *seen, uint32_t value)
    __attribute__((visibility("hidden")));

#endif
