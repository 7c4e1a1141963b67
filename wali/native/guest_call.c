#include "guest_call.h"

#include "thread.h"
#include "trap.h"

bool guest_call(struct wali_thread *thread, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                size_t count)
{
    struct wali_activation activation;
    wasm_trap_t *trap = NULL;
    activation_begin(thread, &activation);
    wasmtime_error_t *failure =
        engine.wasmtime_func_call_unchecked(thread->context, function, args, count, &trap);
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
