/* The reason of a trap, by the address of its instruction. */
#ifndef WALI_ENGINE_INTERNALS_TRAP_TABLE_H
#define WALI_ENGINE_INTERNALS_TRAP_TABLE_H

#include <stdint.h>

/* The code (enum wasmtime_trap_code) of the trap whose instruction is at pc, or -1.
 * Async-signal-safe. */
int trap_code_at(uintptr_t pc) __attribute__((visibility("hidden")));

#endif
