#define _GNU_SOURCE
#include "wali/native/start/module.h"

#include "abi/guest.h"
#include "wali/native/base/error.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/memory/memory.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

wasmtime_module_t *guest_module;
wasmtime_sharedmemory_t *guest_memory;

int module_load(wasm_engine_t *wasm_engine, int code_fd, wali_error *error)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", code_fd);
    /* The engine keeps the file open, on the lowest free descriptor, but needs it only for memories
     * that it maps itself.  That number belongs to the guest, so it is closed here.  The engine
     * would close it with the module, which lives as long as the process. */
    const int64_t lowest = KERNEL(dup, code_fd);
    KERNEL(close, lowest);
    wasmtime_error_t *failure = engine.wasmtime_module_deserialize_file(wasm_engine, path, &guest_module);
    KERNEL(close, lowest);
    KERNEL(close, code_fd);
    if (failure != NULL) {
        return engine_error_set(error, WALI_ERROR_STALE, failure);
    }
    code_range_begin(guest_module);
    return 0;
}

static int64_t grow_memory(uint64_t more_bytes, uint64_t *before)
{
    uint64_t pages;
    wasmtime_error_t *failure =
        engine.wasmtime_sharedmemory_grow(guest_memory, more_bytes / WASM_PAGE, &pages);
    if (failure != NULL) {
        engine.wasmtime_error_delete(failure);
        return -ENOMEM;
    }
    *before = pages * WASM_PAGE;
    return 0;
}

static uint64_t memory_bytes(void)
{
    return engine.wasmtime_sharedmemory_data_size(guest_memory);
}

/* A memory of the module's type, but with this maximum in bytes: the engine would let it grow to
 * the type's own. */
static wasmtime_error_t *new_memory(wasm_engine_t *wasm_engine, const wasm_memorytype_t *type, uint64_t limit)
{
    wasm_memorytype_t *limited = NULL;
    wasmtime_error_t *failure = engine.wasmtime_memorytype_new(engine.wasmtime_memorytype_minimum(type), true,
                                                               limit / WASM_PAGE, false, true, 16, &limited);
    if (failure == NULL) {
        failure = engine.wasmtime_sharedmemory_new(wasm_engine, limited, &guest_memory);
        engine.wasm_memorytype_delete(limited);
    }
    return failure;
}

static int no_memory(wasmtime_error_t *failure, wali_error *error)
{
    struct rlimit room;
    if (getrlimit(RLIMIT_AS, &room) != 0 || room.rlim_cur == RLIM_INFINITY) {
        return engine_error_set(error, WALI_ERROR_MEMORY, failure);
    }
    engine.wasmtime_error_delete(failure);
    return error_set(error, WALI_ERROR_MEMORY, ENOMEM,
                     "guest memory reserves 6 GiB of address space, and `ulimit -v` allows %llu MiB: "
                     "raise that, and limit the guest by --max-memory",
                     (unsigned long long)room.rlim_cur >> 20);
}

int module_make_memory(wasm_engine_t *wasm_engine, const wasm_memorytype_t *type, uint64_t max_bytes,
                       wali_error *error)
{
    uint64_t pages = 65536;
    engine.wasmtime_memorytype_maximum(type, &pages);
    uint64_t limit = pages * WASM_PAGE;
    if (max_bytes != 0 && max_bytes < limit) {
        limit = max_bytes;
    }
    const uint64_t least = engine.wasmtime_memorytype_minimum(type) * WASM_PAGE;
    if (least > limit) {
        return error_set(error, WALI_ERROR_MEMORY, 0,
                         "the module needs %llu KiB to start, more than --max-memory",
                         (unsigned long long)least >> 10);
    }
    wasmtime_error_t *failure = new_memory(wasm_engine, type, limit);
    if (failure != NULL) {
        return no_memory(failure, error);
    }
    static const struct wali_memory_engine sizes = {grow_memory, memory_bytes};
    wali_memory_init(engine.wasmtime_sharedmemory_data(guest_memory), memory_bytes(), limit, &sizes);
    return 0;
}
