/* The guest's module and its memory, as objects of the engine. */
#ifndef WALI_START_MODULE_H
#define WALI_START_MODULE_H

#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"

#include <stdint.h>

extern wasmtime_module_t *guest_module __attribute__((visibility("hidden")));
extern wasmtime_sharedmemory_t *guest_memory __attribute__((visibility("hidden")));

/* Loads compiled code from a descriptor, and closes that.  0, or -1 with *error set. */
int module_load(wasm_engine_t *wasm_engine, int code_fd, wali_error *error)
    __attribute__((visibility("hidden")));

/* Makes the memory of this type, of at most `max_bytes` bytes; 0 is the type's own maximum.  0, or
 * -1 with *error set. */
int module_make_memory(wasm_engine_t *wasm_engine, const wasm_memorytype_t *type, uint64_t max_bytes,
                       wali_error *error) __attribute__((visibility("hidden")));

#endif
