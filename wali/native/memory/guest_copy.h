/* Faults of the core's copies from and to guest memory (abi/guest.h), and an atomic access. */
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

/* Atomically writes value to the guest's word if the word is *seen; *seen becomes what the word
 * was.  The address is a multiple of 4.  False if the access faults.  Async-signal-safe. */
bool guest_compare_exchange(gaddr_t word, uint32_t *seen, uint32_t value)
    __attribute__((visibility("hidden")));

#endif
