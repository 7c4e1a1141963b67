/* Faults of our own copies from and to guest memory. */
#ifndef WALI_GUEST_COPY_H
#define WALI_GUEST_COPY_H

#include <signal.h>
#include <stdbool.h>

/* Installs handlers for SIGSEGV and SIGBUS that let copy_in and its like
 * return false, and pass everything else on to the handlers that were there.
 * Once per process, after the engine has installed its own. */
void wali_fault_init(void) __attribute__((visibility("hidden")));

/* The same for a handler that stands before ours: true if the fault was a
 * copy's; the handler then returns at once. */
bool wali_fault_in_copy(const siginfo_t *info, void *ucontext) __attribute__((visibility("hidden")));

#endif
