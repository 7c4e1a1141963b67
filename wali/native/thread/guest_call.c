#include "wali/native/thread/guest_call.h"

#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

bool guest_function_fits(const struct wali_thread *thread, const wasmtime_func_t *function,
                         const struct function_shape *shape)
{
    wasm_functype_t *type = engine.wasmtime_func_type(thread->engine.context, function);
    const wasm_valtype_vec_t *parameters = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *results = engine.wasm_functype_results(type);
    bool fits = parameters->size >= shape->fewest && parameters->size <= shape->most &&
                results->size <= shape->results && vm_is_compiled(thread->engine.context, function);
    for (size_t i = 0; fits && i < parameters->size; i++) {
        fits = engine.wasm_valtype_kind(parameters->data[i]) == WASM_I32;
    }
    for (size_t i = 0; fits && i < results->size; i++) {
        fits = engine.wasm_valtype_kind(results->data[i]) <= WASM_I64;
    }
    engine.wasm_functype_delete(type);
    return fits;
}

bool guest_call(struct wali_thread *thread, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                size_t count)
{
    struct wali_activation activation;
    wasm_trap_t *trap = NULL;
    activation_begin(thread, &activation);
    wasmtime_error_t *failure =
        engine.wasmtime_func_call_unchecked(thread->engine.context, function, args, count, &trap);
    activation_end(thread);
    if (trap == NULL && failure == NULL) {
        return false;
    }
    if (!is_leaving(thread)) {
        if (trap != NULL) {
            guest_trapped(trap);
        }
        guest_failed(failure);
    }
    if (trap != NULL) {
        engine.wasm_trap_delete(trap);
    }
    if (failure != NULL) {
        engine.wasmtime_error_delete(failure);
    }
    return true;
}
