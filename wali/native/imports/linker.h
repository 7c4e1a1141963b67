/* Binding a module's imports: the wasm linker is the dispatcher. */
#ifndef WALI_IMPORTS_LINKER_H
#define WALI_IMPORTS_LINKER_H

#include "wali/native/engine/engine.h"
#include "wali/native/start/core.h"

#include <stdbool.h>

/* The type of the memory that the module imports from us, or NULL.  It belongs
 * to the list of imports, which lives as long as the process. */
const wasm_memorytype_t *module_memory(const wasmtime_module_t *module) __attribute__((visibility("hidden")));

/* Binds every import of wali_process.module and prepares its instances.  The
 * engine wants some store's context; what it binds is for every store. */
int link_module(wasmtime_context_t *context, wali_error *error) __attribute__((visibility("hidden")));

/* A system call that is bound without an adapter: what the engine was given for it,
 * and what it made of that, if it can be found again. */
struct linked_call {
    wali_entry_t entry;
    void *env; /* its row */
    bool found;
    wasmtime_extern_t item;
};

/* False if the import is no such. */
bool linked_call(wasmtime_context_t *context, const wasm_importtype_t *import, struct linked_call *call)
    __attribute__((visibility("hidden")));

/* Makes all adapters of system calls call this entry; its environment is the row. */
void linked_adapters_call(wali_entry_t entry) __attribute__((visibility("hidden")));

#endif
