/* Where in the module's file an instruction of compiled code comes from. */
#ifndef WALI_ENGINE_INTERNALS_ADDRESS_MAP_H
#define WALI_ENGINE_INTERNALS_ADDRESS_MAP_H

#include <stdint.h>

/* The offset, in the module that was compiled, of what made the instruction at pc; -1 if nothing of the
 * module's did, as with the engine's trampolines.  Async-signal-safe. */
int64_t module_offset_at(uintptr_t pc) __attribute__((visibility("hidden")));

#endif
