#include "wali/native/thread/thread.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/engine.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/trap_report.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

/* The engine maps its own instead of a smaller one. */
#define ALTERNATE_STACK ((size_t)1 << 20)

__thread struct wali_thread *wali_self;

static _Atomic uint32_t running FORK_DATA = 1;

struct fork_lock threads_lock FORK_DATA;

static wasm_engine_t *of_all;
static wasmtime_instance_pre_t *prepared;
static uint64_t limit_of_each;

void threads_begin(wasm_engine_t *engine_of_all, uint64_t limit)
{
    of_all = engine_of_all;
    limit_of_each = limit;
}

void threads_prepared(wasmtime_instance_pre_t *instance)
{
    prepared = instance;
}

bool threads_are_several(void)
{
    return atomic_load(&running) > 1 && !thread_borrows(wali_self);
}

FORK_TEXT void threads_fork_child(void)
{
    atomic_store(&running, 1);
}

void threads_count_up(void)
{
    if (!threads_are_several()) {
        path_origin_probe();
    }
    atomic_fetch_add(&running, 1);
}

void threads_count_down(void)
{
    atomic_fetch_sub(&running, 1);
}

static void instantiate(struct wali_thread *thread)
{
    struct wali_activation activation;
    wasm_trap_t *trap = NULL;
    activation_begin(thread, &activation);
    wasmtime_error_t *failure = engine.wasmtime_instance_pre_instantiate(prepared, thread->engine.context,
                                                                         &thread->engine.instance, &trap);
    activation_end(thread);
    if (trap != NULL) {
        guest_set_up_trapped(trap);
    }
    if (failure != NULL) {
        guest_failed(failure);
    }
}

bool thread_export(const struct wali_thread *thread, const char *name, uint8_t kind, wasmtime_extern_t *item)
{
    return engine.wasmtime_instance_export_get(thread->engine.context, &thread->engine.instance, name,
                                               strlen(name), item) &&
           item->kind == kind;
}

bool thread_function(const struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
{
    wasmtime_val_t value;
    if (!thread->globals.has_table ||
        !engine.wasmtime_table_get(thread->engine.context, &thread->globals.table, index, &value)) {
        return false;
    }
    if (value.kind != WASMTIME_FUNCREF) { /* a module's first table may be of any type */
        engine.wasmtime_val_unroot(&value);
        return false;
    }
    *function = value.of.funcref;
    return function->store_id != 0;
}

/* Tables and garbage-collected objects take host memory besides the linear memory.  The limit
 * bounds each of these as well. */
void thread_store_new(struct wali_thread *thread)
{
    const uint64_t limit = limit_of_each;
    thread->engine.store = engine.wasmtime_store_new(of_all, NULL, NULL);
    thread->engine.context = engine.wasmtime_store_context(thread->engine.store);
    if (limit != 0 && limit <= INT64_MAX) {
        engine.wasmtime_store_limiter(thread->engine.store, (int64_t)limit, (int64_t)(limit / sizeof(void *)),
                                      -1, -1, -1);
    }
}

void thread_instantiate(struct wali_thread *thread)
{
    wasmtime_extern_t item;
    instantiate(thread);
    if (!thread_export(thread, "wali:sp", WASMTIME_EXTERN_GLOBAL, &item)) {
        guest_abort("the module has no stack pointer");
    }
    thread->globals.stack_pointer = item.of.global;
    thread->globals.has_call_index = thread_export(thread, "wali:call", WASMTIME_EXTERN_GLOBAL, &item);
    if (thread->globals.has_call_index) {
        thread->globals.call_index = item.of.global;
    }
    thread->globals.has_table = thread_export(thread, "wali:table", WASMTIME_EXTERN_TABLE, &item);
    if (thread->globals.has_table) {
        thread->globals.table = item.of.table;
    }
}

void thread_store_delete(struct wali_thread *thread)
{
    engine.wasmtime_store_delete(thread->engine.store);
}

/* The module's start function runs before its exports can be looked up. */
static void need_stack_pointer(const struct wali_thread *thread)
{
    if (thread->globals.stack_pointer.store_id == 0) {
        guest_abort("the module's start function calls what needs its stack pointer");
    }
}

uint32_t stack_pointer_get(const struct wali_thread *thread)
{
    wasmtime_val_t value;
    if (thread->globals.stack_pointer_cell != NULL) {
        return *thread->globals.stack_pointer_cell;
    }
    need_stack_pointer(thread);
    engine.wasmtime_global_get(thread->engine.context, &thread->globals.stack_pointer, &value);
    return (uint32_t)value.of.i32;
}

void stack_pointer_set(const struct wali_thread *thread, uint32_t value)
{
    if (thread->globals.stack_pointer_cell != NULL) {
        *thread->globals.stack_pointer_cell = value;
        return;
    }
    need_stack_pointer(thread);
    wasmtime_val_t boxed = {.kind = WASM_I32, .of.i32 = (int32_t)value};
    wasmtime_error_t *failure =
        engine.wasmtime_global_set(thread->engine.context, &thread->globals.stack_pointer, &boxed);
    if (failure != NULL) {
        guest_abort("the guest's stack pointer is not a mutable i32");
    }
}

uint32_t call_index_get(const struct wali_thread *thread)
{
    wasmtime_val_t value = {.of.i32 = 0};
    if (thread->globals.has_call_index) {
        engine.wasmtime_global_get(thread->engine.context, &thread->globals.call_index, &value);
    }
    return (uint32_t)value.of.i32;
}

void call_index_set(const struct wali_thread *thread, uint32_t value)
{
    wasmtime_val_t boxed = {.kind = WASM_I32, .of.i32 = (int32_t)value};
    if (thread->globals.has_call_index &&
        engine.wasmtime_global_set(thread->engine.context, &thread->globals.call_index, &boxed) != NULL) {
        guest_abort("the guest's call index is not a mutable i32");
    }
}

void thread_name_alternate_stack(void)
{
    const stack_t stack = {.ss_sp = wali_base + GUEST_SPAN, .ss_size = ALTERNATE_STACK};
    KERNEL(sigaltstack, &stack, NULL);
}
