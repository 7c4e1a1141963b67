/* From compiled code to a guest that runs. */
#define _GNU_SOURCE
#include "abi/guest.h"
#include "wali/native/base/error.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/delivery/faults.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/imports/linker.h"
#include "wali/native/memory/memory.h"
#include "wali/native/process/fork.h"
#include "wali/native/process/spawn.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/exec_signals.h"
#include "wali/native/start/core.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"
#include "wali/native/thread/trap_report.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

struct wali_process wali_process;
__thread struct wali_thread *wali_self;

/* Compiled code takes about what native code takes, and each thread gets it. */
#define DEFAULT_STACK (UINT64_C(16) << 20)
#define SMALLEST_STACK (UINT64_C(256) << 10)
/* Left to host code below the deepest wasm frame: entries keep struct buffers
 * and vectors on the stack. */
#define HOST_MARGIN (HANDLER_ROOM + (UINT64_C(512) << 10))
#define WASM_PAGE UINT64_C(65536)

/* The module's start function runs before its exports can be looked up. */
static void need_stack_pointer(const struct wali_thread *thread)
{
    if (thread->stack_pointer.store_id == 0) {
        guest_abort("the module's start function calls what needs its stack pointer");
    }
}

uint32_t stack_pointer_get(const struct wali_thread *thread)
{
    wasmtime_val_t value;
    need_stack_pointer(thread);
    engine.wasmtime_global_get(thread->context, &thread->stack_pointer, &value);
    return (uint32_t)value.of.i32;
}

void stack_pointer_set(const struct wali_thread *thread, uint32_t value)
{
    need_stack_pointer(thread);
    wasmtime_val_t boxed = {.kind = WASM_I32, .of.i32 = (int32_t)value};
    wasmtime_error_t *failure = engine.wasmtime_global_set(thread->context, &thread->stack_pointer, &boxed);
    if (failure != NULL) {
        guest_abort("the guest's stack pointer is not a mutable i32");
    }
}

uint32_t call_index_get(const struct wali_thread *thread)
{
    wasmtime_val_t value = {.of.i32 = 0};
    if (thread->has_call_index) {
        engine.wasmtime_global_get(thread->context, &thread->call_index, &value);
    }
    return (uint32_t)value.of.i32;
}

void call_index_set(const struct wali_thread *thread, uint32_t value)
{
    wasmtime_val_t boxed = {.kind = WASM_I32, .of.i32 = (int32_t)value};
    if (thread->has_call_index &&
        engine.wasmtime_global_set(thread->context, &thread->call_index, &boxed) != NULL) {
        guest_abort("the guest's call index is not a mutable i32");
    }
}

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

static int load_module(const wali_config *config, wali_error *error)
{
    char path[40], text[900];
    snprintf(path, sizeof path, "/proc/self/fd/%d", config->code_fd);
    /* The engine keeps the file open, though it needs it only for memories that
     * it maps by itself; the number, the lowest free one, is the guest's.  The
     * module lives as long as the process, so nobody closes it twice. */
    const int64_t lowest = KERNEL(dup, config->code_fd);
    KERNEL(close, lowest);
    wasmtime_error_t *failure =
        engine.wasmtime_module_deserialize_file(wali_process.engine, path, &wali_process.module);
    KERNEL(close, lowest);
    KERNEL(close, config->code_fd);
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        return error_set(error, WALI_ERROR_STALE, 0, "%s", text);
    }
    void *start, *end;
    engine.wasmtime_module_image_range(wali_process.module, &start, &end);
    wali_process.code_start = (uintptr_t)start;
    wali_process.code_end = (uintptr_t)end;
    return 0;
}

static int64_t grow_memory(uint64_t more_bytes, uint64_t *before)
{
    uint64_t pages;
    wasmtime_error_t *failure =
        engine.wasmtime_sharedmemory_grow(wali_process.memory, more_bytes / WASM_PAGE, &pages);
    if (failure != NULL) {
        engine.wasmtime_error_delete(failure);
        return -ENOMEM;
    }
    *before = pages * WASM_PAGE;
    return 0;
}

static uint64_t memory_bytes(void)
{
    return engine.wasmtime_sharedmemory_data_size(wali_process.memory);
}

/* The memory of the type that the module declares, but with this maximum: the engine
 * would grow it to its own, past our limit. */
static int new_memory(const wasm_memorytype_t *type, uint64_t limit, wali_error *error)
{
    char text[900];
    wasm_memorytype_t *limited = NULL;
    wasmtime_error_t *failure = engine.wasmtime_memorytype_new(engine.wasmtime_memorytype_minimum(type), true,
                                                               limit / WASM_PAGE, false, true, 16, &limited);
    if (failure == NULL) {
        failure = engine.wasmtime_sharedmemory_new(wali_process.engine, limited, &wali_process.memory);
        engine.wasm_memorytype_delete(limited);
    }
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        struct rlimit room;
        if (getrlimit(RLIMIT_AS, &room) == 0 && room.rlim_cur != RLIM_INFINITY) {
            return error_set(error, WALI_ERROR_MEMORY, ENOMEM,
                             "guest memory reserves 6 GiB of address space, and `ulimit -v` allows %llu MiB: "
                             "raise that, and limit the guest by --max-memory",
                             (unsigned long long)room.rlim_cur >> 20);
        }
        return error_set(error, WALI_ERROR_MEMORY, 0, "%s", text);
    }
    return 0;
}

static int make_memory(const wali_config *config, const wasm_memorytype_t *type, wali_error *error)
{
    uint64_t pages = 65536;
    engine.wasmtime_memorytype_maximum(type, &pages);
    uint64_t limit = pages * WASM_PAGE;
    if (config->max_memory != 0 && config->max_memory < limit) {
        limit = config->max_memory;
    }
    const uint64_t least = engine.wasmtime_memorytype_minimum(type) * WASM_PAGE;
    if (least > limit) {
        return error_set(error, WALI_ERROR_MEMORY, 0,
                         "the module needs %llu KiB to start, more than --max-memory",
                         (unsigned long long)least >> 10);
    }
    if (new_memory(type, limit, error) != 0) {
        return -1;
    }
    static const struct wali_memory_engine sizes = {grow_memory, memory_bytes};
    wali_memory_init(engine.wasmtime_sharedmemory_data(wali_process.memory), memory_bytes(), limit, &sizes);
    return 0;
}

/* The guest's main thread, on its own stack.  Ends the process. */
static void run_main(void *unused)
{
    (void)unused;
    struct wali_thread *thread = wali_self;
    wasmtime_extern_t item;
    thread_instantiate(thread);
    if (!thread_export(thread, "_start", WASMTIME_EXTERN_FUNC, &item)) {
        guest_abort("the module does not export _start");
    }
    static const struct function_shape shape = {0, 0, 0};
    if (!guest_function_fits(thread, &item.of.func, &shape)) {
        guest_abort("the module's _start is not a function of its own without parameters and results");
    }
    last_exit_attach(thread, &item.of.func);
    wasmtime_val_raw_t nothing[1];
    guest_call(thread, &item.of.func, nothing, 0);
    KERNEL(exit_group, 0); /* a _start that returns has ended well */
}

static int prepare(const wali_config *config, uint64_t stack_size, struct wali_thread *thread,
                   wali_error *error)
{
    wali_process.config = config;
    wali_process.environment_fd = -1;
    if (trace_stats_open(config) != 0) {
        return error_set(error, WALI_ERROR_IO, EBADF, "the memory for --stats is gone");
    }
    exec_signals_inherit();
    wali_process.engine = engine_new(stack_size);
    if (wali_process.engine == NULL) {
        return error_set(error, WALI_ERROR_ENGINE, 0, "the engine does not run on this machine");
    }
    if (load_module(config, error) != 0) {
        return -1;
    }
    const wasm_memorytype_t *type = module_memory(wali_process.module);
    if (type == NULL) {
        return error_set(error, WALI_ERROR_STALE, 0, "compiled code without a memory import");
    }
    if (make_memory(config, type, error) != 0) {
        return -1;
    }
    thread_store_new(thread);
    return link_module(thread->context, error) == 0 ? seccomp_begin(thread, config, error) : -1;
}

int wali_run(const wali_config *config, wali_error *error)
{
    static struct wali_thread main_thread FORK_DATA;
    uint64_t stack_size = config->stack_size != 0 ? config->stack_size : DEFAULT_STACK;
    stack_size = stack_size < SMALLEST_STACK ? SMALLEST_STACK : (stack_size + 4095) & ~UINT64_C(4095);
    native_stack_set_size(stack_size + HOST_MARGIN);
    char *stack =
        native_stack_map(); /* before guest memory: it lies near the libraries, with fewer page tables */
    if (stack == NULL) {
        return error_set(error, WALI_ERROR_MEMORY, errno, "no memory for a stack of %llu KiB",
                         (unsigned long long)stack_size >> 10);
    }
    if (prepare(config, stack_size, &main_thread, error) != 0) {
        native_stack_unmap(stack);
        return -1;
    }
    thread_list_begin(&main_thread);
    wali_self = &main_thread;
    threads_name_alternate_stack();
    proc_view_leave_rseq();
    faults_init();
    exec_signals_begin(&main_thread);
    proc_view_begin(config);
    call_on_stack(run_main, NULL, stack + native_stack_size());
    __builtin_unreachable();
}
