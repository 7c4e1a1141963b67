/* Where the guest's compiled code lies. */
#ifndef WALI_ENGINE_CODE_RANGE_H
#define WALI_ENGINE_CODE_RANGE_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

struct code_range {
    uintptr_t start, end;
};
extern struct code_range guest_code __attribute__((visibility("hidden")));

/* Sets guest_code; called before the module's code runs. */
void code_range_begin(const wasmtime_module_t *module) __attribute__((visibility("hidden")));

/* Whether a program counter lies in the guest's compiled code.  Async-signal-safe. */
static inline bool in_guest_code(uintptr_t pc)
{
    return pc >= guest_code.start && pc < guest_code.end;
}

#endif
