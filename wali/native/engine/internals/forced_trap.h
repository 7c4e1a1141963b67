/* Ending an activation from a signal handler, by a trap. */
#ifndef WALI_ENGINE_INTERNALS_FORCED_TRAP_H
#define WALI_ENGINE_INTERNALS_FORCED_TRAP_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* Makes the compiled code that a signal interrupted trap when the handler returns, which ends its
 * activation.  Aborts the guest if there is no memory for that.  The first call compiles and
 * allocates: compiled code holds no lock of the host's, so a handler that interrupted such code may
 * call it. */
void force_trap(ucontext_t *context) __attribute__((visibility("hidden")));

/* The address of another such instruction, which nobody runs into: a return address for a function
 * whose return is to be noticed.  0 without memory.  Called as force_trap(). */
uintptr_t forced_return_trap(void) __attribute__((visibility("hidden")));
/* Whether an address is that one.  Async-signal-safe. */
bool is_forced_return(uintptr_t address) __attribute__((visibility("hidden")));

#endif
