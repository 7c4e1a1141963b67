#include "wali/native/calls/stdio_exit.h"

#include "wali/native/process/proc_view.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

wasm_trap_t *stdio_exit_call(void)
{
    static const struct function_shape shape = {0, 0, 0};
    static atomic_flag called;
    struct wali_thread *self = wali_self;
    wasmtime_extern_t item;
    wasmtime_val_raw_t nothing[1];
    if (proc_view_has_strings() || !thread_export(self, "wali:stdio_exit", WASMTIME_EXTERN_FUNC, &item) ||
        !guest_function_fits(self, &item.of.func, &shape) || atomic_flag_test_and_set(&called)) {
        return NULL;
    }
    return guest_call(self, &item.of.func, nothing, 0) ? leave_trap() : NULL;
}
