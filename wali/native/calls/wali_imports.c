#define _GNU_SOURCE
#include "wali/native/calls/wali_imports.h"

#include "abi/guest.h"
#include "syscalls/_generated/auxiliary.h"
#include "syscalls/rows.h"
#include "wali/native/base/fatal.h"
#include "wali/native/calls/gate.h"
#include "wali/native/calls/stdio_exit.h"
#include "wali/native/calls/trace_events.h"
#include "wali/native/calls/wali_trace.h"
#include "wali/native/contexts/ucontext.h"
#include "wali/native/engine/engine.h"
#include "wali/native/imports/interface.h"
#include "wali/native/jumps/setjmp.h"
#include "wali/native/process/environment.h"
#include "wali/native/process/exit.h"
#include "wali/native/process/settings.h"
#include "wali/native/process/spawn.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/thread.h"

#include <linux/sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* An entry stores its result as an i64: a module may declare it so, and would else see what lies
 * above the i32. */
#define ENTRY(name)                                                                                          \
    static wasm_trap_t *wali_aux_##name(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,      \
                                        size_t count)

#define UNUSED_ENTRY (void)env, (void)caller, (void)count

/* The answer of __init and __deinit: 0 the first time, then 1.  libc asks whether to set itself up,
 * or to clear up. */
static int32_t asked_before(bool *asked)
{
    const bool before = *asked;
    *asked = true;
    return before;
}

ENTRY(init)
{
    static bool asked;
    UNUSED_ENTRY;
    args[0].i64 = asked_before(&asked);
    return NULL;
}

ENTRY(deinit)
{
    static bool asked;
    UNUSED_ENTRY;
    args[0].i64 = asked_before(&asked);
    return stdio_exit_call();
}

/* Whether the thread's filters let exit(2) or exit_group(2) through.  If not, *trap may be set. */
static bool may_exit(int number, int32_t status, wasm_trap_t **trap)
{
    int64_t result;
    const struct seccomp_data call = {.nr = number, .arch = SECCOMP_ARCHITECTURE, .args = {(uint32_t)status}};
    return gate_passes(wali_self, &call, &result, trap);
}

ENTRY(proc_exit)
{
    UNUSED_ENTRY;
    const int32_t status = args[0].i32;
    wasm_trap_t *trap = NULL;
    if (may_exit(SYS_exit_group, status, &trap)) {
        process_exit(status);
    }
    /* Where exit_group(2) fails, libc goes on with exit(2). */
    if (trap == NULL && may_exit(SYS_exit, status, &trap)) {
        thread_exit(status);
        trap = leave_trap();
    }
    if (trap == NULL) {
        guest_segfault("a filter of seccomp(2) allows no exit");
    }
    return trap;
}

ENTRY(cl_get_argc)
{
    UNUSED_ENTRY;
    environment_close(); /* read by now, or not asked for yet */
    args[0].i64 = settings->argc;
    return NULL;
}

/* The guest's argument, or NULL if there are fewer. */
static const char *argument(int32_t index)
{
    return index >= 0 && index < settings->argc ? settings->argv[index] : NULL;
}

ENTRY(cl_get_argv_len)
{
    UNUSED_ENTRY;
    const char *text = argument(args[0].i32);
    args[0].i64 = text == NULL ? 0 : (int32_t)strlen(text);
    return NULL;
}

ENTRY(cl_copy_argv)
{
    UNUSED_ENTRY;
    environment_close();
    const char *text = argument(args[1].i32);
    if (text == NULL || !copy_out(gaddr((uint32_t)args[0].i32), text, strlen(text) + 1)) {
        guest_segfault("__cl_copy_argv: bad address or index");
    }
    args[0].i64 = 0;
    return NULL;
}

ENTRY(get_init_envfile)
{
    UNUSED_ENTRY;
    char path[40];
    const uint32_t size = (uint32_t)args[1].i32;
    const gaddr_t buffer = gaddr((uint32_t)args[0].i32);
    args[0].i64 = 0;
    if (!environment_pass(path, sizeof path)) {
        return NULL;
    }
    if (strlen(path) + 1 > size || !copy_out(buffer, path, strlen(path) + 1)) {
        guest_segfault("__get_init_envfile: bad buffer");
    }
    args[0].i64 = 1;
    return NULL;
}

/* The flags with which musl clones threads natively, for filters that look at them. */
#define FLAGS_OF_THREADS                                                                                     \
    (UINT64_C(0) | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |        \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED)

ENTRY(wasm_thread_spawn)
{
    UNUSED_ENTRY;
    struct wali_thread *self = wali_self;
    struct seccomp_data call = {.nr = SYS_clone, .arch = SECCOMP_ARCHITECTURE, .args = {FLAGS_OF_THREADS}};
    wasm_trap_t *trap = NULL;
    int64_t result;
    if (gate_passes(self, &call, &result, &trap)) {
        trace_thread_begins();
        result = thread_spawn(self, (struct thread_body){.index = (uint32_t)args[0].i32}, args[1].i32);
        if (result < 0) {
            trace_thread_failed();
        }
    }
    args[0].i64 = (int32_t)result;
    return trap;
}

/* The imports that are no system calls.  They get no adapter: setjmp needs the frame of its caller
 * exactly. */
static const struct auxiliary_import {
    const char *name;
    struct import_target target;
} auxiliary_imports[] = {
#define X(name, parameters, result_letter, function)                                                         \
    {name, {.entry = function, .signature = parameters, .result = result_letter}},
    WALI_AUXILIARY(X)
#undef X
};

static bool is_wali(const wasm_byte_vec_t *module)
{
    return module->size == 4 && memcmp(module->data, "wali", 4) == 0;
}

static int compare_row(const void *name, const void *row)
{
    return strcmp(name, ((const struct wali_row *)row)->name);
}

static bool find_call(const char *name, struct import_target *target)
{
    const struct wali_row *row = bsearch(name, wali_rows, wali_row_count, sizeof wali_rows[0], compare_row);
    if (row == NULL) {
        return false;
    }
    wali_entry_t *bound = &row_bound[row - wali_rows];
    if (*bound == NULL) {
        *bound = entry_of(row);
    }
    const wali_entry_t traced = wali_trace_entry(row);
    *target = (struct import_target){
        .entry = traced != NULL ? traced : *bound,
        .signature = row->signature,
        .signed_mask = row->signed_mask,
        .adapts = true,
        .can_rebind = traced == NULL, /* the trace asks the gate itself */
        .env = (void *)(uintptr_t)row,
    };
    return true;
}

static bool is_used;

static bool find_auxiliary(const char *name, struct import_target *target)
{
    for (size_t i = 0; i < sizeof auxiliary_imports / sizeof auxiliary_imports[0]; i++) {
        const struct auxiliary_import *found = &auxiliary_imports[i];
        if (strcmp(found->name, name) == 0) {
            *target = found->target;
            return true;
        }
    }
    return false;
}

static bool find(const wasm_byte_vec_t *module, const wasm_byte_vec_t *name, struct import_target *target)
{
    static const char prefix[] = "__syscall_";
    char text[64];
    (void)module;
    if (name->size >= sizeof text) {
        return false;
    }
    memcpy(text, name->data, name->size);
    text[name->size] = '\0';
    is_used = true;
    const char *call = strncmp(text, prefix, sizeof prefix - 1) == 0 ? text + sizeof prefix - 1 : text;
    return strncmp(call, "SYS_", 4) == 0 ? find_call(call + 4, target) : find_auxiliary(text, target);
}

bool wali_is_used(void)
{
    return is_used;
}

const struct import_interface wali_imports = {
    .serves = is_wali,
    .find = find,
    .memory = "memory",
    .answers_unknown = true,
};
