/* Binding a module's imports to the entries of interfaces, by name and type. */
#ifndef WALI_IMPORTS_LINKER_H
#define WALI_IMPORTS_LINKER_H

#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"
#include "wali/native/imports/interface.h"

#include <stdbool.h>

/* What is linked.  Everything here lives as long as the process. */
struct link {
    wasm_engine_t *engine;
    const wasmtime_module_t *module;
    wasmtime_sharedmemory_t *memory;
    const struct import_interface *const *interfaces; /* ends with NULL */
};

/* The type of the memory that the module imports from one of the interfaces, or NULL.  The type is
 * never freed. */
const wasm_memorytype_t *imported_memory(const wasmtime_module_t *module,
                                         const struct import_interface *const *interfaces)
    __attribute__((visibility("hidden")));

/* Binds every import, and sets *prepared, from which the instances of all threads are made.
 * `context` is any store's: the engine asks for one, but what is bound serves every store.  0, or
 * -1 with *error (WALI_ERROR_IMPORTS, WALI_ERROR_MEMORY). */
int link_module(const struct link *what, wasmtime_context_t *context, wasmtime_instance_pre_t **prepared,
                wali_error *error) __attribute__((visibility("hidden")));

/* For rebind.c: the imports of the linked module. */
void linked_imports(wasm_importtype_vec_t *imports) __attribute__((visibility("hidden")));

/* An import that can be bound anew, and has no adapter: the entry and environment that the engine was given,
 * and the function object that it made of them. */
struct linked_call {
    wali_entry_t entry;
    void *env;
    bool found; /* `item` is valid: the engine has returned the object */
    wasmtime_extern_t item;
};

/* Sets *call; false if the import is not such a one. */
bool linked_call(wasmtime_context_t *context, const wasm_importtype_t *import, struct linked_call *call)
    __attribute__((visibility("hidden")));

/* Makes the adapters of all that can be bound anew call this entry, with the call's environment. */
void linked_adapters_rebind(wali_entry_t entry) __attribute__((visibility("hidden")));

#endif
