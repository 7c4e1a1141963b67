#define _GNU_SOURCE
#include "wali/native/calls/wasi_imports.h"

#include "wali/native/calls/wasi_trace.h"
#include "wali/native/engine/engine.h"
#include "wali/native/imports/interface.h"
#include "wasi/rows.h"

#include <string.h>

static bool is_used;

static bool equals(const wasm_byte_vec_t *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->data, text, name->size) == 0;
}

/* Cuts the version off after "@0.2", the releases of preview2, which all have the same functions
 * (wali/module/interfaces.py).  Another version stays. */
static wasm_byte_vec_t of_release(const wasm_byte_vec_t *module)
{
    static const char release[] = "@0.2";
    wasm_byte_vec_t plain = *module;
    const char *const sign = module->size == 0 ? NULL : memchr(module->data, '@', module->size);
    const size_t before = sign == NULL ? 0 : (size_t)(sign - module->data);
    const size_t length = module->size - before;
    size_t digits = sizeof release; /* behind a point */
    if (sign == NULL || length < sizeof release - 1 || memcmp(sign, release, sizeof release - 1) != 0 ||
        length == sizeof release || (length > sizeof release && sign[sizeof release - 1] != '.')) {
        return plain;
    }
    while (digits < length && sign[digits] >= '0' && sign[digits] <= '9') {
        digits++;
    }
    plain.size = digits < length ? plain.size : before + sizeof release - 1;
    return plain;
}

/* The index in wasi_modules[], or wasi_module_count. */
static size_t interface_of(const wasm_byte_vec_t *module)
{
    const wasm_byte_vec_t plain = of_release(module);
    for (size_t i = 0; i < wasi_alias_count; i++) {
        if (equals(&plain, wasi_aliases[i].name)) {
            return wasi_aliases[i].interface;
        }
    }
    size_t i = 0;
    while (i < wasi_module_count && !equals(&plain, wasi_modules[i])) {
        i++;
    }
    return i;
}

static bool is_wasi(const wasm_byte_vec_t *module)
{
    return interface_of(module) < wasi_module_count;
}

/* The name without " [v2]" and the like, which wit-component adds where a module imports one function
 * twice (wali/module/loader.py). */
static wasm_byte_vec_t without_version(const wasm_byte_vec_t *name)
{
    wasm_byte_vec_t plain = *name;
    const char *space = name->size == 0 ? NULL : memrchr(name->data, ' ', name->size);
    size_t suffix = space == NULL ? 0 : name->size - (size_t)(space - name->data);
    if (suffix < sizeof " [v1]" - 1 || memcmp(space, " [v", 3) != 0 || name->data[name->size - 1] != ']') {
        return plain;
    }
    for (size_t i = 3; i < suffix - 1; i++) {
        if (space[i] < '0' || space[i] > '9') {
            return plain;
        }
    }
    plain.size -= suffix;
    return plain;
}

static const struct wasi_row *find_row(const wasm_byte_vec_t *module, const wasm_byte_vec_t *name)
{
    const wasm_byte_vec_t plain = without_version(name);
    const size_t interface = interface_of(module);
    for (size_t i = 0; i < wasi_row_count; i++) {
        const struct wasi_row *row = &wasi_rows[i];
        if (row->interface == interface && equals(&plain, row->name)) {
            return row;
        }
    }
    return NULL;
}

static bool find(const wasm_byte_vec_t *module, const wasm_byte_vec_t *name, struct import_target *target)
{
    const struct wasi_row *row = find_row(module, name);
    if (row == NULL) {
        return false;
    }
    const wali_entry_t traced = wasi_trace_entry(row);
    is_used = true;
    *target = (struct import_target){
        .entry = traced != NULL ? traced : wasi_row_entries[row - wasi_rows],
        .signature = row->signature,
        .result = row->result,
        .env = (void *)(uintptr_t)row,
    };
    return true;
}

bool wasi_is_used(void)
{
    return is_used;
}

const struct import_interface wasi_imports = {.serves = is_wasi, .find = find};
