/* How a guest ends when it cannot go on: one line on stderr that says why, a
 * backtrace, and the signal that a native program would have died of. */
#ifndef WALI_THREAD_TRAP_REPORT_H
#define WALI_THREAD_TRAP_REPORT_H

#include "wali/native/engine/engine.h"

#include <stdint.h>

/* Ends the process as the trap's signal does. */
_Noreturn void guest_trapped(wasm_trap_t *trap) __attribute__((visibility("hidden")));
/* The signal of a trap with this code (TRAP_...), or 0. */
int trap_signal(int code) __attribute__((visibility("hidden")));
/* Ends the process with SIGABRT: the guest asked for what cannot be done. */
_Noreturn void guest_abort(const char *why) __attribute__((visibility("hidden")));
/* Ends the process with SIGABRT: the engine could not do what the guest needs. */
_Noreturn void guest_failed(wasmtime_error_t *failure) __attribute__((visibility("hidden")));
/* Ends the process with SIGSEGV: an auxiliary import was given a bad pointer. */
_Noreturn void guest_fault(const char *why) __attribute__((visibility("hidden")));

/* Ends the process as a fault of guest code at that address does. */
_Noreturn void guest_faulted(int signal, uint32_t address) __attribute__((visibility("hidden")));
/* Ends the process by the signal, as if nobody had ever handled it.  Where its
 * default is to stop or to be ignored, it returns when that is over. */
void die_of_signal(int signal) __attribute__((visibility("hidden")));
/* A trap of ours, for an entry to return: it ends the guest's frames up to the
 * end of the activation. */
wasm_trap_t *leave_trap(void) __attribute__((visibility("hidden")));

#endif
