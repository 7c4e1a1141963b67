#define _GNU_SOURCE
#include "wali/native/start/run.h"

#include "wali/_generated/options.h"
#include "wali/native/base/error.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/return_guesses.h"
#include "wali/native/calls/gate.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/calls/wali_imports.h"
#include "wali/native/calls/wasi_imports.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/delivery/faults.h"
#include "wali/native/engine/engine.h"
#include "wali/native/files/low_addresses.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/files/refused.h"
#include "wali/native/imports/interface.h"
#include "wali/native/imports/linker.h"
#include "wali/native/memory/limits.h"
#include "wali/native/process/first_stack.h"
#include "wali/native/process/fork.h"
#include "wali/native/process/proc_view.h"
#include "wali/native/process/settings.h"
#include "wali/native/sandbox/denied_calls.h"
#include "wali/native/sandbox/sandbox.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/exec_signals.h"
#include "wali/native/start/entry_point.h"
#include "wali/native/start/module.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"
#include "wali/native/thread/trap_report.h"
#include "wasi/descriptors.h"

#include <errno.h>

/* Of native stack, for compiled code. */
#define DEFAULT_STACK (UINT64_C(16) << 20)
#define SMALLEST_STACK (UINT64_C(256) << 10)

/* Calls fn(argument) on another stack, whose highest address is top. */
void call_on_stack(void (*fn)(void *), void *argument, void *top) __attribute__((visibility("hidden")));
__asm__(".text\n"
        ".globl call_on_stack\n"
        ".hidden call_on_stack\n"
        ".type call_on_stack,@function\n"
        "call_on_stack:\n"
        "    pushq %rbp\n"
        "    movq %rsp, %rbp\n"
        "    movq %rdx, %rsp\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    call *%rax\n"
        "    leave\n"
        "    ret\n"
        ".size call_on_stack, . - call_on_stack\n");

/* Runs the guest's main thread, on its own stack.  Ends the process. */
static void run_main(void *unused)
{
    (void)unused;
    wali_self->frames_end = (uintptr_t)__builtin_frame_address(0);
    thread_instantiate(wali_self);
    entry_point_call();
}

/* The interfaces that a module may import from. */
static const struct import_interface *const interfaces[] = {&wali_imports, &wasi_imports, NULL};

/* A fatal signal ends all threads at once: fatal.c stops the others first. */
static void stop_others(void)
{
    if (wali_self != NULL) {
        stop_threads_begin(wali_self, false);
    }
}

static void resume_others(void)
{
    if (wali_self != NULL) {
        stop_threads_end(wali_self);
    }
}

/* A program of WALI has all rights of its user anyway, and would seem to have what an option says. */
static int refuse_wasi_options(const wali_config *config, wali_error *error)
{
    const char *option = config->wasi_option != NULL                        ? config->wasi_option
                         : config->dir_count > 0 && config->sandbox == NULL ? OPTION_DIR
                                                                            : NULL;
    return option == NULL || !wali_is_used()
               ? 0
               : error_set(error, WALI_ERROR_USAGE, 0, "%s is for programs of WASI, and %s is none", option,
                           config->module_path);
}

/* What holds for a program of WASI alone. */
static int begin_wasi(const wali_config *config, wali_error *error)
{
    if (wali_is_used()) {
        return error_set(error, WALI_ERROR_IMPORTS, 0, "it imports functions of both WALI and WASI");
    }
    /* The gate judges system calls of the guest's, and a program of WASI makes none. */
    if (config->seccomp_count > 0) {
        return error_set(error, WALI_ERROR_IMPORTS, 0,
                         "filters of seccomp(2) that it would inherit cannot judge a program of WASI");
    }
    if (config->deny_count > 0) {
        return error_set(error, WALI_ERROR_USAGE, 0, "--deny is for system calls, and %s makes none",
                         config->module_path);
    }
    const char *const failure = descriptors_begin(config);
    return failure == NULL ? 0 : error_set(error, WALI_ERROR_USAGE, 0, "%s", failure);
}

static int link_imports(const wali_config *config, wasm_engine_t *wasm_engine, struct wali_thread *thread,
                        wali_error *error)
{
    const struct link what = {wasm_engine, guest_module, guest_memory, interfaces};
    wasmtime_instance_pre_t *prepared;
    threads_begin(wasm_engine, config->max_memory);
    thread_store_new(thread);
    if (link_module(&what, thread->engine.context, &prepared, error) != 0) {
        return -1;
    }
    threads_prepared(prepared);
    return wasi_is_used() ? begin_wasi(config, error) : refuse_wasi_options(config, error);
}

static int load(const wali_config *config, wasm_engine_t *wasm_engine, wali_error *error)
{
    if (module_load(wasm_engine, config->code_fd, error) != 0) {
        return -1;
    }
    const wasm_memorytype_t *type = imported_memory(guest_module, interfaces);
    if (type == NULL) {
        return error_set(error, WALI_ERROR_STALE, 0, "compiled code without a memory import");
    }
    return module_make_memory(wasm_engine, type, config->max_memory, error);
}

static int inherit_filters(const wali_config *config, struct wali_thread *first, wali_error *error)
{
    seccomp_begin(first, gate_entry);
    for (int i = 0; i < config->seccomp_count; i++) {
        if (!seccomp_inherit(first, config->seccomp[i])) {
            return error_set(error, WALI_ERROR_IO, 0, "the filters of seccomp(2) cannot be handed on");
        }
    }
    return denied_calls_apply(config, first, error);
}

static int prepare(const wali_config *config, uint64_t stack_size, struct wali_thread *thread,
                   wali_error *error)
{
    settings = config;
    fatal_begin(config->module_path, stop_others, resume_others);
    trap_report_begin(config->code_delta);
    actions_begin(signal_arrived);
    if (trace_stats_open(config) != 0) {
        return error_set(error, WALI_ERROR_IO, EBADF, "the memory for --stats is gone");
    }
    exec_signals_inherit();
    close_refused(); /* before a descriptor becomes the guest's */
    const struct engine_use use = {.stack_size = stack_size, .has_debugger = config->debug};
    wasm_engine_t *wasm_engine = engine_new_for(&use);
    if (wasm_engine == NULL) {
        return error_set(error, WALI_ERROR_ENGINE, 0, "the engine does not run on this machine");
    }
    if (load(config, wasm_engine, error) != 0 || link_imports(config, wasm_engine, thread, error) != 0 ||
        inherit_filters(config, thread, error) != 0) {
        return -1;
    }
    /* Last, so that whatever has been mapped is seen. */
    return low_addresses_are_free()
               ? 0
               : error_set(error, WALI_ERROR_MEMORY, 0,
                           "something of this process lies below 4 GiB, where a guest's pointers reach: "
                           "start it without LD_PRELOAD and setarch(8)");
}

int wali_run(const wali_config *config, wali_error *error)
{
    static struct wali_thread main_thread FORK_DATA;
    uint64_t stack_size = config->stack_size != 0 ? config->stack_size : DEFAULT_STACK;
    stack_size = stack_size < SMALLEST_STACK ? SMALLEST_STACK : (stack_size + 4095) & ~UINT64_C(4095);
    return_guesses_begin();
    path_origin_begin(); /* before the current directory is of any use */
    native_stacks_begin(stack_size, config->stack_size != 0);
    /* Before guest memory: near the libraries the stack takes fewer page tables. */
    if (!native_stack_map(native_stack_size_for(first_stack_begin()), &main_thread.stack)) {
        return error_set(error, WALI_ERROR_MEMORY, errno, "no memory for a stack of %llu KiB%s",
                         (unsigned long long)stack_size >> 10,
                         limits_bind_host() ? "; raise `ulimit -v`, or lower --stack-size" : "");
    }
    if (prepare(config, stack_size, &main_thread, error) != 0) {
        native_stack_unmap(&main_thread.stack);
        return -1;
    }
    thread_list_begin(&main_thread);
    wali_self = &main_thread;
    thread_name_alternate_stack();
    fork_leave_rseq();
    faults_init();
    exec_signals_begin(&main_thread);
    proc_view_begin(config);
    actions_watch();
    if (sandbox_enter(config, wasi_is_used(), error) != 0) {
        return -1;
    }
    call_on_stack(run_main, NULL, main_thread.stack.low + main_thread.stack.size);
    __builtin_unreachable();
}
