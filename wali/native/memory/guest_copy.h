/* Faults of our own copies from and to guest memory. */
#ifndef WALI_MEMORY_GUEST_COPY_H
#define WALI_MEMORY_GUEST_COPY_H

#include "abi/guest.h"

#include <signal.h>
#include <stdbool.h>
#include <ucontext.h>

/* Lets copy_in and its like return false.  False if the fault was not theirs. */
bool fault_in_copy(const siginfo_t *info, ucontext_t *context) __attribute__((visibility("hidden")));

/* Whether a program counter lies in one of them. */
bool in_copy(uintptr_t pc) __attribute__((visibility("hidden")));

/* Writes value if the word is *seen; *seen becomes what was there.  False if the
 * address faults.  It must be a multiple of 4. */
bool guest_compare_exchange(gaddr_t word, uint32_t *seen, uint32_t value)
    __attribute__((visibility("hidden")));

#endif
