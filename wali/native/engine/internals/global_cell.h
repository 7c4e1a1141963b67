/* Where the value of a global lies, of those that the instance defines itself: in the instance's
 * context, each at a multiple of 16 bytes.  The engine's functions take 15 ns to read or write one. */
#ifndef WALI_ENGINE_INTERNALS_GLOBAL_CELL_H
#define WALI_ENGINE_INTERNALS_GLOBAL_CELL_H

#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"

#include <stddef.h>
#include <stdint.h>

/* The cell of a mutable i32, found by what it holds after the engine has set the global; NULL if it
 * is not found.  `vmctx` is the context of a function of the same instance.  *distance, 0 at first,
 * is where the cell lies in other instances of the module.  The global's value is as before.  Called
 * while no code of the instance runs. */
uint32_t *global_cell(wasmtime_context_t *context, const struct vm_context *vmctx,
                      const wasmtime_global_t *global, size_t *distance)
    __attribute__((visibility("hidden")));

#endif
