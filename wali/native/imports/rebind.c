/* The engine has no function that binds an import anew, and instances have copies of
 * their imports, in tables of functions too.  But all of them lead to one note of the
 * engine's for each import, with the entry that is to be called and its environment,
 * and there the entry is replaced: so in every instance, of every thread, that is or
 * will be.  The note is known by its content. */
#define _GNU_SOURCE
#include "wali/native/imports/rebind.h"

#include "wali/native/base/kernel.h"
#include "wali/native/calls/trace_stats.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/imports/linker.h"
#include "wali/native/process/fork.h"

#include <stddef.h>
#include <sys/mman.h>

static wali_entry_t **places; /* NULL: not learned; in memory of their own, an end behind them */

static wali_entry_t *place_of(const struct wali_thread *self, const struct linked_call *call)
{
    if (!call->found || call->item.kind != WASMTIME_EXTERN_FUNC) {
        return NULL;
    }
    const struct engine_function *function = engine_function_of(self, &call->item.of.func);
    const struct engine_host_function *host = (const void *)function->owner;
    const bool is_known = host->magic == HOST_FUNCTION_MAGIC && host->function.owner == function->owner &&
                          host->function.array_call == function->array_call;
    return is_known && host->state->entry == call->entry && host->state->env == call->env &&
                   host->state->finalizer == NULL
               ? &host->state->entry
               : NULL;
}

static bool find_places(const struct wali_thread *self, const wasm_importtype_vec_t *imports,
                        wali_entry_t **found)
{
    struct linked_call call;
    for (size_t i = 0; i < imports->size; i++) {
        if (!linked_call(self->context, imports->data[i], &call)) {
            continue;
        }
        *found = place_of(self, &call);
        if (*found++ == NULL) {
            return false;
        }
    }
    return true;
}

bool rebind_locate(const struct wali_thread *self)
{
    wasm_importtype_vec_t imports;
    if (places != NULL || instrumenting(wali_process.config)) {
        return true;
    }
    engine.wasmtime_module_imports(wali_process.module, &imports);
    const size_t size = (imports.size + 1) * sizeof *places;
    void *found = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) {
        return false;
    }
    if (!find_places(self, &imports, found)) {
        munmap(found, size);
        return false;
    }
    places = found;
    return true;
}

/* The trace and the counters stand before all entries, and look by themselves. */
void rebind_calls(wali_entry_t entry)
{
    if (instrumenting(wali_process.config)) {
        return;
    }
    for (wali_entry_t **place = places; *place != NULL; place++) {
        __atomic_store_n(*place, entry, __ATOMIC_SEQ_CST);
    }
    linked_adapters_call(entry);
}
