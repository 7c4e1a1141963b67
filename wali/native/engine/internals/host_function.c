#include "wali/native/engine/internals/host_function.h"

#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_FUNCTION_MAGIC UINT32_C(0x46484341) /* "ACHF" */

/* The arguments of wasmtime_linker_define_func_unchecked. */
struct host_state {
    wali_entry_t entry;
    void *env;
    void *finalizer;
};

/* wasmtime's VMArrayCallHostFuncContext. */
struct host_function {
    uint32_t magic;
    struct vm_function function;
    struct host_state *state;
};

wali_entry_t *host_function_entry(wasmtime_context_t *context, const wasmtime_func_t *function,
                                  wali_entry_t entry, const void *env)
{
    const struct vm_function *found = vm_function_of(context, function);
    const struct host_function *host = (const void *)found->vmctx;
    const bool is_known = host->magic == HOST_FUNCTION_MAGIC && host->function.vmctx == found->vmctx &&
                          host->function.array_call == found->array_call;
    return is_known && host->state->entry == entry && host->state->env == env &&
                   host->state->finalizer == NULL
               ? &host->state->entry
               : NULL;
}
