/* Functions, values and imports, as the engine keeps them. */
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/global_cell.h"
#include "wali/native/engine/internals/host_function.h"
#include "wali/native/engine/internals/vm_function.h"

#include <string.h>

static const struct host_import *env_seen;

static wasm_trap_t *answer(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)caller, (void)count;
    env_seen = env;
    args[0].i32 += 100;
    return NULL;
}

static wasm_trap_t *answer_else(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)caller, (void)count;
    env_seen = env;
    args[0].i32 += 200;
    return NULL;
}

static wasm_trap_t *dirty(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    args[0].i64 = INT64_C(-0x123456700000000) + 7;
    return NULL;
}

static void nothing(void *env)
{
    (void)env;
}

const struct host_import host_imports[] = {
    {"answer", answer, NULL}, {"finalized", answer, nothing}, {"dirty", dirty, NULL}, {NULL, NULL, NULL}};

static const struct vm_function *kept_of(const struct guest *guest, const char *name)
{
    const wasmtime_func_t function = function_of(guest, name);
    return vm_function_of(guest->context, &function);
}

static wasmtime_func_t linked(const struct guest *guest, const char *name)
{
    wasmtime_extern_t item;
    CHECK(engine.wasmtime_linker_get(linker, guest->context, "host", 4, name, strlen(name), &item),
          "the linker does not know %s", name);
    return item.of.func;
}

static void compiled_function(void)
{
    begin_all();
    const struct guest guest = guest_new();
    const struct vm_function *next = kept_of(&guest, "next");
    const struct vm_function *before = kept_of(&guest, "before");
    const struct vm_function *other = kept_of(&guest, "other");
    CHECK(in_guest_code((uintptr_t)next->array_call), "%p", next->array_call);
    CHECK(in_guest_code((uintptr_t)next->wasm_call), "%p", next->wasm_call);
    CHECK(next->array_call != next->wasm_call && next->wasm_call != before->wasm_call, "one code");
    const uint32_t types[] = {next->type, before->type, other->type};
    CHECK(types[0] == types[1] && types[0] != types[2], "types %u, %u, %u", types[0], types[1], types[2]);
    CHECK(next->vmctx == before->vmctx, "two owners");
    CHECK(next->vmctx->magic == VM_INSTANCE_MAGIC, "magic %#x", next->vmctx->magic);
}

static void host_function(void)
{
    begin_all();
    const struct guest guest = guest_new();
    const wasmtime_func_t function = linked(&guest, "answer");
    const wasmtime_func_t own = function_of(&guest, "next");
    CHECK(!vm_is_compiled(guest.context, &function), "taken for compiled code");
    CHECK(vm_is_compiled(guest.context, &own), "not taken for compiled code");
    CHECK(!in_guest_code((uintptr_t)vm_function_of(guest.context, &function)->array_call),
          "in compiled code");
}

static void store_of_instances(void)
{
    begin_all();
    const struct guest first = guest_new(), second = guest_new();
    struct guest beside = first;
    wasm_trap_t *trap = NULL;
    engine.wasmtime_instance_pre_instantiate(prepared, first.context, &beside.instance, &trap);
    const uint64_t *store = kept_of(&first, "next")->vmctx->store;
    const struct mapping where = mapping_at((uintptr_t)store);
    CHECK(where.access[1] == 'w', "%p is no writable memory", (const void *)store);
    CHECK(kept_of(&first, "next")->vmctx != kept_of(&beside, "next")->vmctx, "one instance");
    CHECK(kept_of(&beside, "next")->vmctx->store == store, "two stores in one");
    CHECK(kept_of(&second, "next")->vmctx->store != store, "one store for two");
}

/* Every way to the import: from instances that are, by their tables, and from later ones. */
static void host_entry_replaced(void)
{
    begin_all();
    const struct guest first = guest_new(), second = guest_new();
    const struct host_import *row = &host_imports[0];
    const wasmtime_func_t function = linked(&first, "answer");
    CHECK(call_one(&first, "ask", 1) == 101 && env_seen == row, "not the import");
    wali_entry_t *place = host_function_entry(first.context, &function, answer, row);
    CHECK(place != NULL, "the note of the host's function is not known");
    CHECK(host_function_entry(first.context, &function, answer_else, row) == NULL, "any entry is found");
    CHECK(host_function_entry(first.context, &function, answer, place) == NULL, "any environment is found");
    __atomic_store_n(place, answer_else, __ATOMIC_SEQ_CST);
    env_seen = NULL;
    CHECK(call_one(&first, "ask", 1) == 201 && env_seen == row, "the instance calls the old entry");
    CHECK(call_one(&first, "ask_table", 1) == 201, "the table calls the old entry");
    CHECK(call_one(&second, "ask", 1) == 201, "another store calls the old entry");
    const struct guest third = guest_new();
    CHECK(call_one(&third, "ask", 1) == 201, "a later instance calls the old entry");
    CHECK(call_one(&third, "ask_finalized", 1) == 101, "another import calls the new entry");
}

static void finalizer_seen(void)
{
    begin_all();
    const struct guest guest = guest_new();
    const wasmtime_func_t function = linked(&guest, "finalized");
    CHECK(host_function_entry(guest.context, &function, answer, &host_imports[1]) == NULL,
          "a finalizer is not where it was");
}

static void low_half_counts(void)
{
    begin_all();
    const struct guest guest = guest_new();
    wasmtime_val_raw_t value = {.i64 = 0};
    CHECK(call_raw(&guest, "dirty_result", &value, 1) == NULL && value.i64 == 7, "result %#lx", value.i64);
    value.i64 = INT64_C(0x7654321000000000) + 7;
    CHECK(call_raw(&guest, "dirty_argument", &value, 1) == NULL && value.i64 == 7, "argument %#lx",
          value.i64);
}

static void import_defined_twice(void)
{
    begin_all();
    const struct guest guest = guest_new();
    CHECK(call_one(&guest, "ask", 1) == 101 && call_one(&guest, "ask_again", 1) == 101, "not the import");
}

static void null_reference(void)
{
    wasmtime_val_t value;
    begin_all();
    const struct guest guest = guest_new();
    const wasmtime_extern_t table = export_of(&guest, "table", WASMTIME_EXTERN_TABLE);
    const wasmtime_extern_t objects = export_of(&guest, "objects", WASMTIME_EXTERN_TABLE);
    const wasmtime_extern_t counter = export_of(&guest, "counter", WASMTIME_EXTERN_GLOBAL);
    CHECK(counter.of.global.store_id != 0, "a store has number 0");
    CHECK(engine.wasmtime_table_get(guest.context, &table.of.table, 0, &value), "no entry 0");
    CHECK(value.kind == WASMTIME_FUNCREF && value.of.funcref.store_id == 0, "kind %d, store %lu", value.kind,
          value.of.funcref.store_id);
    CHECK(engine.wasmtime_table_get(guest.context, &table.of.table, 2, &value), "no entry 2");
    CHECK(value.kind == WASMTIME_FUNCREF && value.of.funcref.store_id == counter.of.global.store_id,
          "kind %d, store %lu", value.kind, value.of.funcref.store_id);
    CHECK(vm_function_of(guest.context, &value.of.funcref)->wasm_call == kept_of(&guest, "next")->wasm_call,
          "not the function");
    CHECK(!engine.wasmtime_table_get(guest.context, &table.of.table, 3, &value), "an entry behind the last");
    CHECK(engine.wasmtime_table_get(guest.context, &objects.of.table, 0, &value), "no object 0");
    CHECK(value.kind != WASMTIME_FUNCREF, "an object is a function");
    engine.wasmtime_val_unroot(&value);
}

static void kinds(void)
{
    wasm_importtype_vec_t imports;
    begin_all();
    const struct guest guest = guest_new();
    engine.wasmtime_module_imports(module, &imports);
    CHECK(engine.wasm_externtype_kind(engine.wasm_importtype_type(imports.data[0])) == WASM_EXTERN_MEMORY,
          "of the memory");
    CHECK(engine.wasm_externtype_kind(engine.wasm_importtype_type(imports.data[1])) == WASM_EXTERN_FUNC,
          "of a function");
    const wasmtime_func_t narrow = function_of(&guest, "next"), wide = function_of(&guest, "other");
    const wasm_functype_t *type = engine.wasmtime_func_type(guest.context, &narrow);
    CHECK(engine_value_kind(engine.wasm_functype_params(type)->data[0]) == WASM_I32, "of i32");
    type = engine.wasmtime_func_type(guest.context, &wide);
    CHECK(engine_value_kind(engine.wasm_functype_results(type)->data[0]) == WASM_I64, "of i64");
    wasmtime_val_t value = {.kind = WASM_I32, .of.i32 = 9};
    const wasmtime_extern_t counter = export_of(&guest, "counter", WASMTIME_EXTERN_GLOBAL);
    CHECK(engine.wasmtime_global_set(guest.context, &counter.of.global, &value) == NULL, "refused");
    value.of.i64 = 0;
    engine.wasmtime_global_get(guest.context, &counter.of.global, &value);
    CHECK(value.kind == WASM_I32 && value.of.i32 == 9, "kind %d, %d", value.kind, value.of.i32);
}

static uint32_t *cell_of_counter(const struct guest *guest, size_t *distance)
{
    const wasmtime_global_t global = export_of(guest, "counter", WASMTIME_EXTERN_GLOBAL).of.global;
    return global_cell(guest->context, kept_of(guest, "next")->vmctx, &global, distance);
}

static void cell_of_global(void)
{
    begin_all();
    size_t distance = 0, wrong = 16;
    const struct guest first = guest_new(), second = guest_new();
    uint32_t *const cell = cell_of_counter(&first, &distance);
    CHECK(cell != NULL && *cell == 5, "%p", (void *)cell);
    CHECK(call_one(&first, "count", 3) == 8 && *cell == 8, "%u after code has added 3", *cell);
    *cell = 20;
    CHECK(call_one(&first, "count", 1) == 21, "code does not see what is written there");
    uint32_t *const other = cell_of_counter(&second, &distance);
    CHECK(other != NULL && other != cell && *other == 5, "%p in another instance", (void *)other);
    CHECK(cell_of_counter(&second, &wrong) == NULL && *other == 5, "a wrong distance is believed");
}

const struct fact facts[] = {
    {"functions_are_array_call_wasm_call_type_owner", compiled_function},
    {"a_host_function_has_another_magic", host_function},
    {"instances_share_their_stores_place", store_of_instances},
    {"an_entry_is_replaced_for_every_caller", host_entry_replaced},
    {"finalizers_are_told_apart", finalizer_seen},
    {"of_an_i32_the_low_half_counts", low_half_counts},
    {"one_import_may_be_defined_twice", import_defined_twice},
    {"a_null_function_is_of_store_0", null_reference},
    {"a_global_lies_in_its_instances_context", cell_of_global},
    {"kinds_have_the_numbers_of_engine_h", kinds},
    {NULL, NULL},
};
