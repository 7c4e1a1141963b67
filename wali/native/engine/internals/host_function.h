/* Where the engine stores the entry of a host function, so that it can be replaced. */
#ifndef WALI_ENGINE_INTERNALS_HOST_FUNCTION_H
#define WALI_ENGINE_INTERNALS_HOST_FUNCTION_H

#include "wali/native/engine/engine.h"

/* The word in which the engine stores the entry of a function that was defined by
 * wasmtime_linker_define_func_unchecked with this entry and environment and without a finalizer.
 * NULL if the contents of the engine's structures differ from what that call leaves. */
wali_entry_t *host_function_entry(wasmtime_context_t *context, const wasmtime_func_t *function,
                                  wali_entry_t entry, const void *env) __attribute__((visibility("hidden")));

#endif
