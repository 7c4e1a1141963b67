/* Each import is bound by the type that the module declares for it: libcs
 * differ in the widths and the number of arguments.  The entry itself serves
 * the canonical type; any other goes through an adapter that widens every
 * argument by its meaning. */
#define _GNU_SOURCE
#include "wali/native/imports/linker.h"

#include "syscalls/rows.h"
#include "wali/native/base/error.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/calls/wali_imports.h"
#include "wali/native/process/fork.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an import name stands for. */
struct target {
    wali_entry_t entry;
    const char *signature;      /* canonical parameters, 'i' or 'I' each */
    char result;                /* wali_imports.h; 0 where any will do */
    const struct wali_row *row; /* NULL if it is no system call */
};

/* An adapter's environment. */
struct adapted {
    struct adapted *next;
    wali_entry_t entry;
    void *env;
    bool is_call;
    uint8_t canonical; /* how many parameters the entry takes */
    uint8_t declared;  /* how many the module gives */
    bool has_result;
    bool wide[WALI_MOST_PARAMETERS];      /* as declared */
    bool with_sign[WALI_MOST_PARAMETERS]; /* by its meaning */
};

static struct adapted *adapters;

static wasmtime_linker_t *linker;

static wasm_trap_t *adapt(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct adapted *a = env;
    wasmtime_val_raw_t widened[WALI_MOST_PARAMETERS] = {0};
    (void)count;
    for (size_t i = 0; i < a->declared && i < a->canonical; i++) {
        if (a->wide[i]) {
            widened[i].i64 = args[i].i64;
        } else {
            widened[i].i64 = a->with_sign[i] ? args[i].i32 : (int64_t)(uint32_t)args[i].i32;
        }
    }
    wasm_trap_t *trap = a->entry(a->env, caller, widened, WALI_MOST_PARAMETERS);
    if (a->has_result) {
        args[0].i64 = widened[0].i64;
    }
    return trap;
}

/* A call that nobody knows: libcs fall back on an older one. */
static wasm_trap_t *unknown_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    args[0].i64 = -ENOSYS;
    return NULL;
}

static bool equals(const wasm_byte_vec_t *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->data, text, name->size) == 0;
}

static int compare_row(const void *name, const void *row)
{
    return strcmp(name, ((const struct wali_row *)row)->name);
}

static const struct wali_row *find_row(const char *name)
{
    return bsearch(name, wali_rows, wali_row_count, sizeof wali_rows[0], compare_row);
}

static struct target find_target(const wasm_byte_vec_t *name)
{
    char text[64];
    struct target unknown = {unknown_call, "", 0, NULL};
    if (name->size >= sizeof text) {
        return unknown;
    }
    memcpy(text, name->data, name->size);
    text[name->size] = '\0';
    const char *call = strncmp(text, "__syscall_", 10) == 0 ? text + 10 : text;
    if (strncmp(call, "SYS_", 4) == 0) {
        const struct wali_row *row = find_row(call + 4);
        return row == NULL ? unknown : (struct target){entry_of(row), row->signature, 0, row};
    }
    for (size_t i = 0; i < startup_import_count; i++) {
        const struct startup_import *found = &startup_imports[i];
        if (strcmp(found->name, text) == 0) {
            return (struct target){found->entry, found->signature, found->result, NULL};
        }
    }
    return unknown;
}

/* The declared parameters and result as letters, '-' for none; false if one is no
 * integer. */
static bool declared_signature(const wasm_functype_t *type, char *letters, size_t size, char *result)
{
    const wasm_valtype_vec_t *parameters = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *results = engine.wasm_functype_results(type);
    if (parameters->size >= size || results->size > 1) {
        return false;
    }
    for (size_t i = 0; i < parameters->size; i++) {
        uint8_t kind = engine.wasm_valtype_kind(parameters->data[i]);
        if (kind != WASM_I32 && kind != WASM_I64) {
            return false;
        }
        letters[i] = kind == WASM_I32 ? 'i' : 'I';
    }
    letters[parameters->size] = '\0';
    const uint8_t kind = results->size == 0 ? WASM_I32 : engine.wasm_valtype_kind(results->data[0]);
    *result = results->size == 0 ? '-' : kind == WASM_I32 ? 'i' : 'I';
    return kind <= WASM_I64;
}

static void *make_adapter(const struct target *target, void *env, const char *declared, bool has_result)
{
    struct adapted *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return NULL;
    }
    a->next = adapters;
    adapters = a;
    a->entry = target->entry;
    a->env = env;
    a->is_call = target->row != NULL;
    a->canonical = (uint8_t)strlen(target->signature);
    a->declared = (uint8_t)strlen(declared);
    a->has_result = has_result;
    for (size_t i = 0; i < a->declared && i < WALI_MOST_PARAMETERS; i++) {
        a->wide[i] = declared[i] == 'I';
        a->with_sign[i] = target->row != NULL && (target->row->signed_mask >> i & 1) != 0;
    }
    return a;
}

static int define(const wasm_importtype_t *import, wali_entry_t entry, void *env, wali_error *error)
{
    char text[900];
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    const wasm_functype_t *type =
        engine.wasm_externtype_as_functype_const(engine.wasm_importtype_type(import));
    wasmtime_error_t *failure = engine.wasmtime_linker_define_func_unchecked(
        linker, module->data, module->size, name->data, name->size, type, entry, env, NULL);
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        return error_set(error, WALI_ERROR_IMPORTS, 0, "%s", text);
    }
    return 0;
}

static int bad_type(const wasm_byte_vec_t *name, wali_error *error)
{
    return error_set(error, WALI_ERROR_IMPORTS, 0,
                     "import wali.%.*s has a type that no call has: build the module against a WALI libc",
                     (int)(name->size > 100 ? 100 : name->size), name->data);
}

/* What an import is bound to. */
struct binding {
    struct target target;
    void *env;
    bool is_direct; /* without an adapter */
    bool has_result;
    char declared[16];
};

/* Entries make no use of an environment: it is there for who stands before them. */
static bool find_binding(const wasm_importtype_t *import, struct binding *found)
{
    char result;
    const wasm_functype_t *type =
        engine.wasm_externtype_as_functype_const(engine.wasm_importtype_type(import));
    found->target = find_target(engine.wasm_importtype_name(import));
    struct target *target = &found->target;
    if (!declared_signature(type, found->declared, sizeof found->declared, &result) ||
        (target->result != 0 && target->result != result)) {
        return false;
    }
    found->env = (void *)(uintptr_t)target->row;
    if (target->row != NULL && instrumenting(wali_process.config)) {
        target->entry = traced_entry;
    }
    found->has_result = result != '-';
    /* The result lies where the first argument lay, so there must be one. */
    const bool room = found->has_result || found->declared[0] != '\0';
    found->is_direct = strcmp(found->declared, target->signature) == 0 && room;
    /* Those that are no system calls need their exact frame. */
    return found->is_direct || target->row != NULL || target->entry == unknown_call;
}

static int bind(const wasm_importtype_t *import, wali_error *error)
{
    struct binding found;
    if (!find_binding(import, &found)) {
        return bad_type(engine.wasm_importtype_name(import), error);
    }
    if (found.is_direct) {
        return define(import, found.target.entry, found.env, error);
    }
    void *env = make_adapter(&found.target, found.env, found.declared, found.has_result);
    return env == NULL ? error_set(error, WALI_ERROR_MEMORY, ENOMEM, "out of memory")
                       : define(import, adapt, env, error);
}

static int define_memory(wasmtime_context_t *context, wali_error *error)
{
    char text[900];
    wasmtime_extern_t memory = {.kind = WASMTIME_EXTERN_SHAREDMEMORY, .of.sharedmemory = wali_process.memory};
    wasmtime_error_t *failure =
        engine.wasmtime_linker_define(linker, context, "wali", 4, "memory", 6, &memory);
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        return error_set(error, WALI_ERROR_MEMORY, 0, "%s", text);
    }
    return 0;
}

const wasm_memorytype_t *module_memory(const wasmtime_module_t *module)
{
    wasm_importtype_vec_t imports;
    engine.wasmtime_module_imports(module, &imports);
    for (size_t i = 0; i < imports.size; i++) {
        const wasm_externtype_t *type = engine.wasm_importtype_type(imports.data[i]);
        if (engine.wasm_externtype_kind(type) == WASM_EXTERN_MEMORY &&
            equals(engine.wasm_importtype_module(imports.data[i]), "wali")) {
            return engine.wasm_externtype_as_memorytype_const(type);
        }
    }
    return NULL;
}

/* Whether we provide the import; else its name is added to the text. */
static bool provided(const wasm_importtype_t *import, char *missing, size_t size)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    uint8_t kind = engine.wasm_externtype_kind(engine.wasm_importtype_type(import));
    if (equals(module, "wali") &&
        (kind == WASM_EXTERN_FUNC || (kind == WASM_EXTERN_MEMORY && equals(name, "memory")))) {
        return true;
    }
    size_t used = strlen(missing);
    snprintf(missing + used, size - used, "%s%.*s.%.*s", used == 0 ? "" : ", ",
             (int)(module->size > 60 ? 60 : module->size), module->data,
             (int)(name->size > 60 ? 60 : name->size), name->data);
    return false;
}

static int bind_all(const wasm_importtype_vec_t *imports, wali_error *error)
{
    char missing[800] = "";
    for (size_t i = 0; i < imports->size; i++) {
        const wasm_importtype_t *import = imports->data[i];
        bool is_function =
            engine.wasm_externtype_kind(engine.wasm_importtype_type(import)) == WASM_EXTERN_FUNC;
        if (provided(import, missing, sizeof missing) && is_function && bind(import, error) != 0) {
            return -1;
        }
    }
    if (missing[0] != '\0') {
        return error_set(error, WALI_ERROR_IMPORTS, 0, "it imports what WALI does not provide: %s", missing);
    }
    return 0;
}

int link_module(wasmtime_context_t *context, wali_error *error)
{
    char text[900];
    wasm_importtype_vec_t imports;
    linker = engine.wasmtime_linker_new(wali_process.engine);
    engine.wasmtime_module_imports(wali_process.module, &imports);
    if (define_memory(context, error) != 0 || bind_all(&imports, error) != 0) {
        return -1;
    }
    wasmtime_error_t *failure =
        engine.wasmtime_linker_instantiate_pre(linker, wali_process.module, &wali_process.prepared);
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        return error_set(error, WALI_ERROR_IMPORTS, 0, "%s", text);
    }
    return 0;
}

bool linked_call(wasmtime_context_t *context, const wasm_importtype_t *import, struct linked_call *call)
{
    struct binding found;
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    const bool is_function =
        engine.wasm_externtype_kind(engine.wasm_importtype_type(import)) == WASM_EXTERN_FUNC;
    if (!is_function || !find_binding(import, &found) || !found.is_direct || found.target.row == NULL) {
        return false;
    }
    call->entry = found.target.entry;
    call->env = found.env;
    call->found = engine.wasmtime_linker_get(linker, context, "wali", 4, name->data, name->size, &call->item);
    return true;
}

void linked_adapters_call(wali_entry_t entry)
{
    for (struct adapted *a = adapters; a != NULL; a = a->next) {
        if (a->is_call) {
            __atomic_store_n(&a->entry, entry, __ATOMIC_SEQ_CST);
        }
    }
}
