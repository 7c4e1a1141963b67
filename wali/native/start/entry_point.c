#define _GNU_SOURCE
#include "wali/native/start/entry_point.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/calls/stdio_exit.h"
#include "wali/native/engine/engine.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/memory/map.h"
#include "wali/native/process/exit.h"
#include "wali/native/process/settings.h"
#include "wali/native/start/invoke.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

static const struct function_shape plain = {0, 0, 0};

static bool find(const char *name, wasmtime_func_t *function)
{
    wasmtime_extern_t item;
    if (!thread_export(wali_self, name, WASMTIME_EXTERN_FUNC, &item)) {
        return false;
    }
    *function = item.of.func;
    return true;
}

/* Calls a function of the guest's.  If the guest leaves it otherwise than by returning, the process
 * has ended well. */
static void call(const wasmtime_func_t *function, wasmtime_val_raw_t *args, size_t count)
{
    if (guest_call(wali_self, function, args, count)) {
        KERNEL(exit_group, 0);
    }
}

/* Calls an export that takes and gives nothing.  False if there is none. */
static bool call_plain(const char *name)
{
    wasmtime_val_raw_t nothing[1];
    wasmtime_func_t function;
    const bool is_there = find(name, &function) && guest_function_fits(wali_self, &function, &plain);
    if (is_there) {
        call(&function, nothing, 0);
    }
    return is_there;
}

/* Arguments for a main that nobody has put into guest memory, as execve(2) lays them out: pointers,
 * then strings.  Without room in that memory, main is told that there are none. */
static void put_arguments(wasmtime_val_raw_t args[2])
{
    const uint32_t count = (uint32_t)settings->argc;
    uint64_t size = 4 * ((uint64_t)count + 1);
    args[0].i64 = args[1].i64 = 0;
    for (uint32_t i = 0; i < count; i++) {
        size += strlen(settings->argv[i]) + 1;
    }
    const int64_t place =
        wali_memory_map(gaddr(0), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place < 0) {
        return;
    }
    const gaddr_t vector = gaddr((uint32_t)place);
    gaddr_t text = gaddr_add(vector, 4 * (count + 1));
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t length = (uint32_t)strlen(settings->argv[i]) + 1;
        copy_out(gaddr_add(vector, 4 * i), &text.v, sizeof text.v);
        copy_out(text, settings->argv[i], length);
        text = gaddr_add(text, length);
    }
    args[0].i32 = (int32_t)count;
    args[1].i32 = (int32_t)vector.v;
}

/* A main that no _start calls.  What else a _start would do, modules of this kind export. */
static _Noreturn void call_main(const wasmtime_func_t *function)
{
    static const struct function_shape main_shape = {0, 2, 1};
    wasmtime_val_raw_t args[2] = {{0}};
    if (!guest_function_fits(wali_self, function, &main_shape)) {
        guest_abort("the module's main is not a function of its own with two parameters or none");
    }
    guest_begin(wali_self, function);
    if (!call_plain("_initialize")) {
        call_plain("__wasm_call_ctors");
    }
    wasm_functype_t *type = engine.wasmtime_func_type(wali_self->engine.context, function);
    const bool has_parameters = engine.wasm_functype_params(type)->size > 0;
    const bool has_result = engine.wasm_functype_results(type)->size > 0;
    engine.wasm_functype_delete(type);
    if (has_parameters) {
        put_arguments(args);
    }
    call(function, args, has_parameters ? 2 : 1);
    const int status = has_result ? args[0].i32 : 0;
    if (stdio_exit_call() != NULL) {
        KERNEL(exit_group, 0);
    }
    process_exit(status);
}

/* What runs a program of preview2: its result is a case, 0 or 1, and so is the status. */
static _Noreturn void call_run(const wasmtime_func_t *function)
{
    static const struct function_shape run_shape = {0, 0, 1};
    wasmtime_val_raw_t args[1] = {{0}};
    if (!guest_function_fits(wali_self, function, &run_shape)) {
        guest_abort("the module's run is not a function of its own without parameters");
    }
    guest_begin(wali_self, function);
    call_plain("_initialize");
    call(function, args, 1);
    process_exit(args[0].i32 == 0 ? 0 : 1);
}

/* An export that the command line names.  A reactor's _initialize comes first, once it is known that the
 * call can be made. */
static _Noreturn void call_named(const char *name)
{
    wasmtime_func_t function, initialize;
    struct invocation invocation;
    if (!find(name, &function)) {
        cannot_begin(WRONG_OPTION, "--invoke %s: the module exports no such function", name);
    }
    invoke_read(&invocation, name, &function);
    guest_begin(wali_self, &function);
    if (strcmp(name, "_initialize") != 0 && find("_initialize", &initialize)) {
        wasmtime_val_raw_t nothing[1];
        if (!guest_function_fits(wali_self, &initialize, &plain)) {
            cannot_begin(NOT_RUNNABLE,
                         "its _initialize is not a function of its own without parameters and results");
        }
        call(&initialize, nothing, 0);
    }
    invoke_run(&invocation);
}

_Noreturn void entry_point_call(void)
{
    wasmtime_func_t function;
    wasmtime_val_raw_t nothing[1];
    if (settings->invoke != NULL) {
        call_named(settings->invoke);
    }
    if (find("wali:run", &function)) {
        call_run(&function);
    }
    const bool is_start = find("_start", &function);
    if (!is_start && !find("wali:main", &function)) {
        cannot_begin(NOT_RUNNABLE,
                     "not a program: it exports no function _start or main; --invoke calls another");
    }
    if (!is_start) {
        call_main(&function);
    }
    if (!guest_function_fits(wali_self, &function, &plain)) {
        guest_abort("the module's _start is not a function of its own without parameters and results");
    }
    guest_begin(wali_self, &function);
    call(&function, nothing, 0);
    process_exit(0); /* a _start that returns has ended well */
}
