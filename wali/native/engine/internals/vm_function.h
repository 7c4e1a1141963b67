/* The engine's structures for a function: the beginning of its VMFuncRef, and of the VMContext that
 * the function belongs to. */
#ifndef WALI_ENGINE_INTERNALS_VM_FUNCTION_H
#define WALI_ENGINE_INTERNALS_VM_FUNCTION_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

#define VM_INSTANCE_MAGIC UINT32_C(0x65726f63) /* "core": the context is an instance's */

struct vm_context {
    uint32_t magic;
    uint64_t *store; /* VMStoreContext; of an instance's context only */
};

struct vm_function {
    void *array_call;
    void *wasm_call;
    uint32_t type;
    const struct vm_context *vmctx;
};

/* The engine's structure of a function, valid as long as its store. */
static inline const struct vm_function *vm_function_of(wasmtime_context_t *context,
                                                       const wasmtime_func_t *function)
{
    return engine.wasmtime_func_to_raw(context, function);
}

/* Whether the function is compiled code; false for a host function. */
static inline bool vm_is_compiled(wasmtime_context_t *context, const wasmtime_func_t *function)
{
    return vm_function_of(context, function)->vmctx->magic == VM_INSTANCE_MAGIC;
}

/* The words of the store that a compiled function belongs to (last_exit.h, stack_limit.h). */
static inline uint64_t *vm_store_of(wasmtime_context_t *context, const wasmtime_func_t *function)
{
    return vm_function_of(context, function)->vmctx->store;
}

#endif
