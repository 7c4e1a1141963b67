/* How a guest ends when it cannot go on: one line on stderr that says why, a
 * backtrace, and the signal that a native program would have died of. */
#ifndef WALI_TRAP_H
#define WALI_TRAP_H

#include "engine.h"

/* Ends the process as the trap's signal does. */
_Noreturn void guest_trapped(wasm_trap_t *trap) __attribute__((visibility("hidden")));
/* Ends the process with SIGABRT: the guest asked for what cannot be done. */
_Noreturn void guest_abort(const char *why) __attribute__((visibility("hidden")));
/* Ends the process with SIGSEGV: an auxiliary import was given a bad pointer. */
_Noreturn void guest_fault(const char *why) __attribute__((visibility("hidden")));

#endif
