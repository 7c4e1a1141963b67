#include "wali/native/thread/leave.h"

#include "wali/native/base/half_done.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/thread/thread.h"

wasm_trap_t *leave_trap(void)
{
    static const char why[] = "the guest leaves its frames";
    last_exit_suppress(wali_self->engine.vm_store);
    half_done_begin();
    wasm_trap_t *const trap = engine.wasmtime_trap_new(why, sizeof why - 1);
    half_done_end();
    return trap;
}
