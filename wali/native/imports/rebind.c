/* The engine has no function to bind an import again, and instances have copies of their imports,
 * in tables of functions, too.  All copies of an import share one structure of the engine's, which
 * holds the entry and its environment (engine/internals/host_function.h).  The entry is replaced
 * there, and so for all instances of all threads, those to come as well. */
#define _GNU_SOURCE
#include "wali/native/imports/rebind.h"

#include "wali/native/base/half_done.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/host_function.h"
#include "wali/native/imports/linker.h"

#include <stddef.h>
#include <sys/mman.h>

static wali_entry_t **slots; /* ends with NULL; itself NULL before rebind_locate */

static bool find_slots(wasmtime_context_t *context, const wasm_importtype_vec_t *imports,
                       wali_entry_t **found)
{
    struct linked_call call;
    for (size_t i = 0; i < imports->size; i++) {
        if (!linked_call(context, imports->data[i], &call)) {
            continue;
        }
        if (!call.found || call.item.kind != WASMTIME_EXTERN_FUNC) {
            return false;
        }
        *found = host_function_entry(context, &call.item.of.func, call.entry, call.env);
        if (*found++ == NULL) {
            return false;
        }
    }
    return true;
}

bool rebind_locate(wasmtime_context_t *context)
{
    wasm_importtype_vec_t imports;
    if (slots != NULL) {
        return true;
    }
    linked_imports(&imports);
    const size_t size = (imports.size + 1) * sizeof *slots;
    void *found = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) {
        return false;
    }
    half_done_begin();
    const bool is_found = find_slots(context, &imports, found);
    half_done_end();
    if (!is_found) {
        munmap(found, size);
        return false;
    }
    slots = found;
    return true;
}

void rebind_calls(wali_entry_t entry)
{
    for (wali_entry_t **slot = slots; *slot != NULL; slot++) {
        __atomic_store_n(*slot, entry, __ATOMIC_SEQ_CST);
    }
    linked_adapters_rebind(entry);
}
