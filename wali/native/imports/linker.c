/* Each import is bound by the type that the module declares for it, because libcs differ in the
 * number and widths of arguments.  An import of the canonical type is bound to the entry itself.
 * One of another type is bound to an adapter, which widens every argument by its meaning. */
#define _GNU_SOURCE
#include "wali/native/imports/linker.h"

#include "wali/native/base/error.h"
#include "wali/native/engine/engine.h"
#include "wali/native/imports/interface.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct link link;

static wasmtime_linker_t *linker;

/* An adapter's environment. */
struct adapter {
    struct adapter *next;
    wali_entry_t entry;
    void *env;
    bool can_rebind;
    uint8_t canonical; /* the number of the entry's parameters */
    uint8_t declared;  /* the number of parameters that the module declares */
    bool has_result;
    bool wide[IMPORT_MOST_PARAMETERS];      /* declared as i64 */
    bool with_sign[IMPORT_MOST_PARAMETERS]; /* widened as a signed number */
};

static struct adapter *adapters;

static wasm_trap_t *adapt(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    const struct adapter *a = env;
    wasmtime_val_raw_t widened[IMPORT_MOST_PARAMETERS];
    (void)count;
    widened[0].i64 = 0; /* where the result goes if the entry has no parameters */
    for (size_t i = 0; i < a->canonical; i++) {
        if (i >= a->declared) {
            widened[i].i64 = 0;
        } else if (a->wide[i]) {
            widened[i].i64 = args[i].i64;
        } else {
            widened[i].i64 = a->with_sign[i] ? args[i].i32 : (int64_t)(uint32_t)args[i].i32;
        }
    }
    wasm_trap_t *trap = a->entry(a->env, caller, widened, a->canonical);
    if (a->has_result) {
        args[0].i64 = widened[0].i64;
    }
    return trap;
}

/* The entry of a call that is not in the table: libcs fall back on an older call. */
static wasm_trap_t *unknown_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    args[0].i64 = -ENOSYS;
    return NULL;
}

/* What an import stands for by its name.  A colon begins what the loader adds to the name of a
 * function that is imported by several types (wali/module/loader.py). */
static wasm_byte_vec_t plain_name(const wasm_importtype_t *import)
{
    wasm_byte_vec_t name = *engine.wasm_importtype_name(import);
    const char *colon = name.size == 0 ? NULL : memchr(name.data, ':', name.size);
    if (colon != NULL) {
        name.size = (size_t)(colon - name.data);
    }
    return name;
}

static bool equals(const wasm_byte_vec_t *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->data, text, name->size) == 0;
}

static const struct import_interface *interface_of(const struct import_interface *const *interfaces,
                                                   const wasm_importtype_t *import)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const struct import_interface *const *found = interfaces;
    while (*found != NULL && !(*found)->serves(module)) {
        found++;
    }
    return *found;
}

static bool find_target(const wasm_importtype_t *import, const struct import_interface *interface,
                        struct import_target *target)
{
    static const struct import_target unknown = {.entry = unknown_call, .signature = "", .adapts = true};
    const wasm_byte_vec_t name = plain_name(import);
    if (interface->find(engine.wasm_importtype_module(import), &name, target)) {
        return true;
    }
    *target = unknown;
    return interface->answers_unknown;
}

/* The declared parameters and the result as letters, '-' for no result.  False if one of them is
 * not an integer. */
static bool declared_signature(const wasm_functype_t *type, char *letters, size_t size, char *result)
{
    const wasm_valtype_vec_t *parameters = engine.wasm_functype_params(type);
    const wasm_valtype_vec_t *results = engine.wasm_functype_results(type);
    if (parameters->size >= size || results->size > 1) {
        return false;
    }
    for (size_t i = 0; i < parameters->size; i++) {
        uint8_t kind = engine_value_kind(parameters->data[i]);
        if (kind != WASM_I32 && kind != WASM_I64) {
            return false;
        }
        letters[i] = kind == WASM_I32 ? 'i' : 'I';
    }
    letters[parameters->size] = '\0';
    const uint8_t kind = results->size == 0 ? WASM_I32 : engine_value_kind(results->data[0]);
    *result = results->size == 0 ? '-' : kind == WASM_I32 ? 'i' : 'I';
    return kind <= WASM_I64;
}

static void *make_adapter(const struct import_target *target, const char *declared, bool has_result)
{
    struct adapter *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return NULL;
    }
    a->next = adapters;
    adapters = a;
    a->entry = target->entry;
    a->env = target->env;
    a->can_rebind = target->can_rebind;
    a->canonical = (uint8_t)strlen(target->signature);
    a->declared = (uint8_t)strlen(declared);
    a->has_result = has_result;
    for (size_t i = 0; i < a->declared && i < IMPORT_MOST_PARAMETERS; i++) {
        a->wide[i] = declared[i] == 'I';
        a->with_sign[i] = (target->signed_mask >> i & 1) != 0;
    }
    return a;
}

static int define(const wasm_importtype_t *import, wali_entry_t entry, void *env, wali_error *error)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    const wasm_functype_t *type =
        engine.wasm_externtype_as_functype_const(engine.wasm_importtype_type(import));
    wasmtime_error_t *failure = engine.wasmtime_linker_define_func_unchecked(
        linker, module->data, module->size, name->data, name->size, type, entry, env, NULL);
    return failure == NULL ? 0 : engine_error_set(error, WALI_ERROR_IMPORTS, failure);
}

static int shown_size(const wasm_byte_vec_t *text, size_t most)
{
    return (int)(text->size < most ? text->size : most);
}

static int bad_type(const wasm_importtype_t *import, wali_error *error)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t name = plain_name(import);
    return error_set(error, WALI_ERROR_IMPORTS, 0,
                     "its import %.*s.%.*s has a type that it has nowhere; build the module anew",
                     shown_size(module, 60), module->data, shown_size(&name, 100), name.data);
}

static void add_missing(const wasm_importtype_t *import, char *missing, size_t size)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    const size_t used = strlen(missing);
    snprintf(missing + used, size - used, "%s%.*s.%.*s", used == 0 ? "" : ", ", shown_size(module, 60),
             module->data, shown_size(name, 60), name->data);
}

/* What an import is bound to. */
struct binding {
    struct import_target target;
    bool is_direct; /* without an adapter */
    bool has_result;
    char declared[IMPORT_MOST_PARAMETERS];
};

enum found { PROVIDED, NOT_PROVIDED, TYPE_MISMATCH };

static enum found find_binding(const wasm_importtype_t *import, struct binding *found)
{
    char result;
    struct import_target *target = &found->target;
    const struct import_interface *interface = interface_of(link.interfaces, import);
    const wasm_functype_t *type =
        engine.wasm_externtype_as_functype_const(engine.wasm_importtype_type(import));
    if (interface == NULL || !find_target(import, interface, target)) {
        return NOT_PROVIDED;
    }
    if (!declared_signature(type, found->declared, sizeof found->declared, &result) ||
        (target->result != 0 && target->result != result)) {
        return TYPE_MISMATCH;
    }
    found->has_result = result != '-';
    /* An entry stores its result in args[0], which exists only if the declared type has a parameter
     * or a result. */
    const bool room = target->result == '-' || found->has_result || found->declared[0] != '\0';
    found->is_direct = strcmp(found->declared, target->signature) == 0 && room;
    return found->is_direct || target->adapts ? PROVIDED : TYPE_MISMATCH;
}

static int bind(const wasm_importtype_t *import, const struct binding *found, wali_error *error)
{
    if (found->is_direct) {
        return define(import, found->target.entry, found->target.env, error);
    }
    void *env = make_adapter(&found->target, found->declared, found->has_result);
    return env == NULL ? error_set(error, WALI_ERROR_MEMORY, ENOMEM, "out of memory")
                       : define(import, adapt, env, error);
}

static int bind_function(const wasm_importtype_t *import, char *missing, size_t size, wali_error *error)
{
    struct binding found;
    switch (find_binding(import, &found)) {
    case PROVIDED:
        return bind(import, &found, error);
    case TYPE_MISMATCH:
        return bad_type(import, error);
    default:
        add_missing(import, missing, size);
        return 0;
    }
}

static uint8_t kind_of(const wasm_importtype_t *import)
{
    return engine.wasm_externtype_kind(engine.wasm_importtype_type(import));
}

/* Whether the import is the memory that its interface gives. */
static bool is_memory(const struct import_interface *const *interfaces, const wasm_importtype_t *import)
{
    const struct import_interface *interface = interface_of(interfaces, import);
    return kind_of(import) == WASM_EXTERN_MEMORY && interface != NULL && interface->memory != NULL &&
           equals(engine.wasm_importtype_name(import), interface->memory);
}

static int define_memory(const wasm_importtype_t *import, wasmtime_context_t *context, wali_error *error)
{
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    const wasmtime_extern_t memory = {.kind = WASMTIME_EXTERN_SHAREDMEMORY, .of.sharedmemory = link.memory};
    wasmtime_error_t *failure = engine.wasmtime_linker_define(linker, context, module->data, module->size,
                                                              name->data, name->size, &memory);
    return failure == NULL ? 0 : engine_error_set(error, WALI_ERROR_MEMORY, failure);
}

static int bind_all(const wasm_importtype_vec_t *imports, wasmtime_context_t *context, wali_error *error)
{
    char missing[800] = "";
    for (size_t i = 0; i < imports->size; i++) {
        const wasm_importtype_t *import = imports->data[i];
        int result = 0;
        if (kind_of(import) == WASM_EXTERN_FUNC) {
            result = bind_function(import, missing, sizeof missing, error);
        } else if (is_memory(link.interfaces, import)) {
            result = define_memory(import, context, error);
        } else {
            add_missing(import, missing, sizeof missing);
        }
        if (result != 0) {
            return result;
        }
    }
    return missing[0] == '\0' ? 0
                              : error_set(error, WALI_ERROR_IMPORTS, 0,
                                          "it imports what WALI does not provide: %s", missing);
}

const wasm_memorytype_t *imported_memory(const wasmtime_module_t *module,
                                         const struct import_interface *const *interfaces)
{
    wasm_importtype_vec_t imports;
    engine.wasmtime_module_imports(module, &imports);
    for (size_t i = 0; i < imports.size; i++) {
        const wasm_importtype_t *import = imports.data[i];
        if (is_memory(interfaces, import)) {
            return engine.wasm_externtype_as_memorytype_const(engine.wasm_importtype_type(import));
        }
    }
    return NULL;
}

int link_module(const struct link *what, wasmtime_context_t *context, wasmtime_instance_pre_t **prepared,
                wali_error *error)
{
    wasm_importtype_vec_t imports;
    link = *what;
    linker = engine.wasmtime_linker_new(link.engine);
    engine.wasmtime_linker_allow_shadowing(linker, true); /* a module may import one name twice */
    engine.wasmtime_module_imports(link.module, &imports);
    if (bind_all(&imports, context, error) != 0) {
        return -1;
    }
    wasmtime_error_t *failure = engine.wasmtime_linker_instantiate_pre(linker, link.module, prepared);
    return failure == NULL ? 0 : engine_error_set(error, WALI_ERROR_IMPORTS, failure);
}

void linked_imports(wasm_importtype_vec_t *imports)
{
    engine.wasmtime_module_imports(link.module, imports);
}

bool linked_call(wasmtime_context_t *context, const wasm_importtype_t *import, struct linked_call *call)
{
    struct binding found;
    const wasm_byte_vec_t *module = engine.wasm_importtype_module(import);
    const wasm_byte_vec_t *name = engine.wasm_importtype_name(import);
    if (kind_of(import) != WASM_EXTERN_FUNC || find_binding(import, &found) != PROVIDED || !found.is_direct ||
        !found.target.can_rebind) {
        return false;
    }
    call->entry = found.target.entry;
    call->env = found.target.env;
    call->found = engine.wasmtime_linker_get(linker, context, module->data, module->size, name->data,
                                             name->size, &call->item);
    return true;
}

void linked_adapters_rebind(wali_entry_t entry)
{
    for (struct adapter *a = adapters; a != NULL; a = a->next) {
        if (a->can_rebind) {
            __atomic_store_n(&a->entry, entry, __ATOMIC_SEQ_CST);
        }
    }
}
