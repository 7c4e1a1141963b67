#include "wali/native/thread/guest_call.h"

#include "wali/native/base/half_done.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/global_cell.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

#include <stdatomic.h>
#include <stdint.h>

static bool type_fits(const struct wali_thread *thread, const wasmtime_func_t *function,
                      const struct function_shape *shape)
{
    half_done_begin();
    wasm_functype_t *type = engine.wasmtime_func_type(thread->engine.context, function);
    const wasm_valtype_vec_t *parameters = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *results = engine.wasm_functype_results(type);
    bool fits = parameters->size >= shape->fewest && parameters->size <= shape->most &&
                results->size <= shape->results;
    for (size_t i = 0; fits && i < parameters->size; i++) {
        fits = engine_value_kind(parameters->data[i]) == WASM_I32;
    }
    for (size_t i = 0; fits && i < results->size; i++) {
        fits = engine_value_kind(results->data[i]) <= WASM_I64;
    }
    engine.wasm_functype_delete(type);
    half_done_end();
    return fits;
}

/* The engine allocates to describe a type, which a signal handler's call should not (half_done.h).
 * So types that fit are remembered, by the engine's numbers for them, with the shape. */
#define REMEMBERED 16

bool guest_function_fits(const struct wali_thread *thread, const wasmtime_func_t *function,
                         const struct function_shape *shape)
{
    static _Atomic uint64_t remembered[REMEMBERED];
    const uint32_t type = vm_function_of(thread->engine.context, function)->type;
    const uint64_t pair =
        (uint64_t)type << 32 | 1 << 24 | shape->fewest << 16 | shape->most << 8 | shape->results;
    _Atomic uint64_t *const place = &remembered[type % REMEMBERED];
    if (!vm_is_compiled(thread->engine.context, function)) {
        return false;
    }
    if (atomic_load(place) != pair) {
        if (!type_fits(thread, function, shape)) {
            return false;
        }
        atomic_store(place, pair);
    }
    return true;
}

int guest_function_kinds(const struct wali_thread *thread, const wasmtime_func_t *function, uint8_t *kinds,
                         size_t most)
{
    if (!vm_is_compiled(thread->engine.context, function)) {
        return -1;
    }
    half_done_begin();
    wasm_functype_t *type = engine.wasmtime_func_type(thread->engine.context, function);
    const wasm_valtype_vec_t *parameters = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *results = engine.wasm_functype_results(type);
    bool fits = parameters->size <= most && results->size <= 1 &&
                (results->size == 0 || engine_value_kind(results->data[0]) <= WASM_F64);
    for (size_t i = 0; fits && i < parameters->size; i++) {
        kinds[i] = engine_value_kind(parameters->data[i]);
        fits = kinds[i] <= WASM_I64;
    }
    const int count = fits ? (int)parameters->size : -1;
    engine.wasm_functype_delete(type);
    half_done_end();
    return count;
}

void guest_begin(struct wali_thread *thread, const wasmtime_func_t *function)
{
    static size_t distance; /* of the stack pointer's cell */
    const struct vm_function *const code = vm_function_of(thread->engine.context, function);
    thread->engine.vm_store = vm_store_of(thread->engine.context, function);
    if (thread->globals.stack_pointer.store_id != 0) { /* else the start function runs */
        thread->globals.stack_pointer_cell =
            global_cell(thread->engine.context, code->vmctx, &thread->globals.stack_pointer, &distance);
    }
    stack_limit_locate(code->wasm_call);
    stack_depth_begin(thread);
}

/* Takes the exception that nothing caught from the engine.  False if it does not carry one i32, as
 * C++'s do; else that is *object, the guest address of what was thrown. */
static bool take_exception(struct wali_thread *thread, int32_t *object)
{
    wasmtime_val_t value = {.kind = WASM_I64};
    wasmtime_ref_t exception;
    wasmtime_context_t *const context = thread->engine.context;
    if (!engine.wasmtime_context_take_exception(context, &exception)) {
        return false;
    }
    const bool is_of_cxx = engine.wasmtime_exnref_field_count(context, &exception) == 1 &&
                           engine.wasmtime_exnref_field(context, &exception, 0, &value) == NULL &&
                           value.kind == WASM_I32;
    engine.wasmtime_exnref_unroot(&exception);
    *object = value.of.i32;
    return is_of_cxx;
}

/* Tells the guest's C++ library of an exception that no frame has caught: WebAssembly unwinds before
 * anybody looks for a handler, so std::terminate() is called here.  It ends the process or leaves its
 * frames.  Returns true for the latter, false if there is no such library. */
static bool cxx_terminates(struct wali_thread *thread, const wasm_trap_t *trap)
{
    static const struct function_shape shape = {1, 1, 0};
    wasmtime_extern_t item;
    wasmtime_val_raw_t args[1] = {{.i64 = 0}};
    if (thread->uncaught != NULL || !thread_export(thread, "__wali_uncaught", WASMTIME_EXTERN_FUNC, &item) ||
        !guest_function_fits(thread, &item.of.func, &shape)) {
        return false;
    }
    half_done_begin();
    const bool is_of_cxx = take_exception(thread, &args[0].i32);
    half_done_end();
    if (!is_of_cxx) {
        return false;
    }
    thread->uncaught = trap;
    const bool leaves = guest_call(thread, &item.of.func, args, 1);
    thread->uncaught = NULL;
    return leaves;
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
    stack_depth_left(thread, (uintptr_t)__builtin_frame_address(0));
    if (!is_leaving(thread)) {
        if (trap == NULL) {
            guest_failed(failure);
        }
        if (!cxx_terminates(thread, trap)) {
            guest_trapped(trap);
        }
    }
    half_done_begin();
    if (trap != NULL) {
        engine.wasm_trap_delete(trap);
    }
    if (failure != NULL) {
        engine.wasmtime_error_delete(failure);
    }
    half_done_end();
    return true;
}
