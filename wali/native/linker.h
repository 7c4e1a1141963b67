/* Binding a module's imports: the wasm linker is the dispatcher. */
#ifndef WALI_LINKER_H
#define WALI_LINKER_H

#include "core.h"
#include "engine.h"

/* The type of the memory that the module imports from us, or NULL.  It belongs
 * to the list of imports, which lives as long as the process. */
const wasm_memorytype_t *module_memory(const wasmtime_module_t *module) __attribute__((visibility("hidden")));

/* Binds every import of wali_process.module and prepares its instances.  The
 * engine wants some store's context; what it binds is for every store. */
int link_module(wasmtime_context_t *context, wali_error *error) __attribute__((visibility("hidden")));

#endif
