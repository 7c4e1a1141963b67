/* What the engine keeps of a function of the host's. */
#ifndef WALI_ENGINE_INTERNALS_HOST_FUNCTION_H
#define WALI_ENGINE_INTERNALS_HOST_FUNCTION_H

#include "wali/native/engine/engine.h"

/* Where the engine keeps the entry that wasmtime_linker_define_func_unchecked was given
 * with this environment and no finalizer.  NULL if what lies there does not look so. */
wali_entry_t *host_function_entry(wasmtime_context_t *context, const wasmtime_func_t *function,
                                  wali_entry_t entry, const void *env) __attribute__((visibility("hidden")));

#endif
