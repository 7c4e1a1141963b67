/* The engine has no function that binds an import anew, and instances have copies of
 * their imports, in tables of functions too.  But all of them lead to one note of the
 * engine's for each import, with the entry that is to be called and its environment,
 * and there the entry is replaced: so in every instance, of every thread, that is or
 * will be.  The note is known by its content. */
#define _GNU_SOURCE
#include "wali/native/imports/rebind.h"

#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/host_function.h"
#include "wali/native/imports/linker.h"

#include <stddef.h>
#include <sys/mman.h>

static wali_entry_t **places; /* NULL: not learned; in memory of their own, an end behind them */

static bool find_places(wasmtime_context_t *context, const wasm_importtype_vec_t *imports,
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
    if (places != NULL || linked_with_wrapper()) {
        return true;
    }
    linked_imports(&imports);
    const size_t size = (imports.size + 1) * sizeof *places;
    void *found = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) {
        return false;
    }
    if (!find_places(context, &imports, found)) {
        munmap(found, size);
        return false;
    }
    places = found;
    return true;
}

/* The trace and the counters stand before all entries, and look by themselves. */
void rebind_calls(wali_entry_t entry)
{
    if (linked_with_wrapper()) {
        return;
    }
    for (wali_entry_t **place = places; *place != NULL; place++) {
        __atomic_store_n(*place, entry, __ATOMIC_SEQ_CST);
    }
    linked_adapters_call(entry);
}
