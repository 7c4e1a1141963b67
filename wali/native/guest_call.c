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
    const bool leaves = thread->jump_target != NULL || thread->leaving;
    if (trap != NULL && !leaves) {
        guest_trapped(trap);
    }
    if (trap != NULL) {
        engine.wasm_trap_delete(trap);
    }
    if (failure != NULL) {
        static char text[900];
        engine_error_take(failure, text, sizeof text);
        if (!leaves) {
            guest_abort(text);
        }
    }
    return true;
}
