/* Faults of our own copies from and to guest memory. */
#ifndef WALI_GUEST_COPY_H
#define WALI_GUEST_COPY_H

#include <signal.h>
#include <stdbool.h>
#include <ucontext.h>

/* Lets copy_in and its like return false.  False if the fault was not theirs. */
bool fault_in_copy(const siginfo_t *info, ucontext_t *context) __attribute__((visibility("hidden")));

#endif
