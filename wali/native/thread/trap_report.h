/* What is said of a guest that the engine ended: one line that says why, and a backtrace. */
#ifndef WALI_THREAD_TRAP_REPORT_H
#define WALI_THREAD_TRAP_REPORT_H

#include "wali/native/engine/engine.h"

#include <stdint.h>

/* What to add to the engine's code offsets: the place in the module's file. */
void trap_report_begin(int64_t code_delta) __attribute__((visibility("hidden")));

/* Ends the process as the trap's signal does. */
_Noreturn void guest_trapped(wasm_trap_t *trap) __attribute__((visibility("hidden")));
/* Ends the process with SIGABRT: the engine could not do what the guest needs. */
_Noreturn void guest_failed(wasmtime_error_t *failure) __attribute__((visibility("hidden")));

/* The signal of a trap with this code (TRAP_...), or 0. */
int trap_signal(int code) __attribute__((visibility("hidden")));

#endif
