/* Binding a module's imports: the wasm linker is the dispatcher. */
#ifndef WALI_IMPORTS_LINKER_H
#define WALI_IMPORTS_LINKER_H

#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"
#include "wali/native/imports/interface.h"

#include <stdbool.h>

/* What is linked; all of it lives as long as the process. */
struct link {
    wasm_engine_t *engine;
    const wasmtime_module_t *module;
    wasmtime_sharedmemory_t *memory;
    const struct import_interface *const *interfaces; /* ends with NULL */
    wali_entry_t wrapper;                             /* before each call; NULL: none */
};

/* The type of the memory that the module imports from one of the interfaces, or NULL.  It
 * belongs to the list of imports, which lives as long as the process. */
const wasm_memorytype_t *imported_memory(const wasmtime_module_t *module,
                                         const struct import_interface *const *interfaces)
    __attribute__((visibility("hidden")));

/* Binds every import and prepares the module's instances.  The engine wants some store's
 * context; what it binds is for every store. */
int link_module(const struct link *what, wasmtime_context_t *context, wasmtime_instance_pre_t **prepared,
                wali_error *error) __attribute__((visibility("hidden")));

/* Of what has been linked: for rebind.c. */
bool linked_with_wrapper(void) __attribute__((visibility("hidden")));
void linked_imports(wasm_importtype_vec_t *imports) __attribute__((visibility("hidden")));

/* A call that is bound without an adapter: the entry and env given to the engine, and the
 * function object that the engine made of them. */
struct linked_call {
    wali_entry_t entry;
    void *env;
    bool found; /* whether the engine knows the object */
    wasmtime_extern_t item;
};

/* False if the import is no such. */
bool linked_call(wasmtime_context_t *context, const wasm_importtype_t *import, struct linked_call *call)
    __attribute__((visibility("hidden")));

/* Makes all adapters of calls call this entry; its environment is the call's. */
void linked_adapters_call(wali_entry_t entry) __attribute__((visibility("hidden")));

#endif
