/* What the engine keeps of a function, as far as we look into it: the beginning of
 * its VMFuncRef, and of what that leads to. */
#ifndef WALI_ENGINE_INTERNALS_VM_FUNCTION_H
#define WALI_ENGINE_INTERNALS_VM_FUNCTION_H

#include "wali/native/engine/engine.h"
#include "wali/native/thread/thread.h"

#include <stdint.h>

#define INSTANCE_MAGIC UINT32_C(0x65726f63)      /* "core": compiled code's */
#define HOST_FUNCTION_MAGIC UINT32_C(0x46484341) /* "ACHF": a function of ours */

/* VMContext, or VMArrayCallHostFuncContext. */
struct engine_owner {
    uint32_t magic;
    uint64_t *store; /* of an instance */
};

struct engine_function {
    void *array_call;
    void *wasm_call;
    uint64_t type;
    const struct engine_owner *owner;
};

/* What wasmtime_linker_define_func_unchecked was given. */
struct engine_host_state {
    wali_entry_t entry;
    void *env;
    void *finalizer;
};

struct engine_host_function {
    uint32_t magic;
    struct engine_function function;
    struct engine_host_state *state;
};

static inline const struct engine_function *engine_function_of(const struct wali_thread *thread,
                                                               const wasmtime_func_t *function)
{
    return engine.wasmtime_func_to_raw(thread->context, function);
}

#endif
