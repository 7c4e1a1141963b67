/* The end of a guest that trapped: one line on stderr that says why, and a backtrace. */
#ifndef WALI_THREAD_TRAP_REPORT_H
#define WALI_THREAD_TRAP_REPORT_H

#include "wali/native/engine/engine.h"

#include <stdint.h>

/* `code_delta` is added to the engine's code offsets, in bytes: the sum is the offset in the
 * module's file. */
void trap_report_begin(int64_t code_delta) __attribute__((visibility("hidden")));
int64_t trap_report_code_delta(void) __attribute__((visibility("hidden")));

/* Reports the trap and ends the process by its signal. */
_Noreturn void guest_trapped(wasm_trap_t *trap) __attribute__((visibility("hidden")));
/* The same for a trap while the module was set up: that no function of it was running is a reason
 * of its own. */
_Noreturn void guest_set_up_trapped(wasm_trap_t *trap) __attribute__((visibility("hidden")));
/* Ends the process with SIGABRT: the engine could not do what the guest needs. */
_Noreturn void guest_failed(wasmtime_error_t *failure) __attribute__((visibility("hidden")));

/* Writes the trap's backtrace to stderr. */
void trap_say_backtrace(const wasm_trap_t *trap) __attribute__((visibility("hidden")));

/* The signal for a trap code of the engine's (TRAP_...), or 0. */
int trap_signal(int code) __attribute__((visibility("hidden")));

#endif
