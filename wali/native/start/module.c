#define _GNU_SOURCE
#include "wali/native/start/module.h"

#include "abi/guest.h"
#include "wali/native/base/error.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/sparse_memory.h"
#include "wali/native/files/real_proc.h"
#include "wali/native/memory/limits.h"
#include "wali/native/memory/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

wasmtime_module_t *guest_module;
wasmtime_sharedmemory_t *guest_memory;

/* The engine keeps the file open, on the lowest free descriptor, but needs it only for memories that
 * it maps itself.  That number belongs to the guest, so it is closed here.  The engine would close it
 * with the module, which lives as long as the process. */
static wasmtime_error_t *deserialize(wasm_engine_t *wasm_engine, const char *path)
{
    const int64_t lowest = KERNEL(open, "/", O_PATH | O_CLOEXEC, 0);
    KERNEL(close, lowest);
    wasmtime_error_t *const failure =
        engine.wasmtime_module_deserialize_file(wasm_engine, path, &guest_module);
    KERNEL(close, lowest);
    return failure;
}

/* Whether a path leads to an open file. */
static bool is_file_at(const char *path, int fd)
{
    struct stat named, opened;
    return KERNEL(stat, path, &named) == 0 && KERNEL(fstat, fd, &opened) == 0 &&
           named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

/* Loads compiled code, which the engine takes by a path only.  A guest that executes another may have
 * put links of its own at /proc/self/fd, so the path begins in the folder itself, which is the
 * current directory meanwhile. */
static int load_by_link(wasm_engine_t *wasm_engine, int code_fd, wali_error *error)
{
    char path[40];
    const int64_t links = real_proc_open("self/fd", O_PATH | O_DIRECTORY);
    const int64_t directory = KERNEL(open, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    const bool moved = links >= 0 && directory >= 0 && KERNEL(fchdir, links) == 0;
    snprintf(path, sizeof path, moved ? "%d" : "/proc/self/fd/%d", code_fd);
    if (links >= 0) {
        KERNEL(close, links); /* before the engine needs one: RLIMIT_NOFILE may be tight */
    }
    wasmtime_error_t *failure = NULL;
    const bool found = (moved || links >= 0 || links == -ENOSYS) && is_file_at(path, code_fd);
    if (found) {
        failure = deserialize(wasm_engine, path);
    }
    if (moved && KERNEL(fchdir, directory) < 0) {
        guest_abort("the current directory is gone");
    }
    KERNEL(close, directory);
    if (!found) {
        return error_set(error, WALI_ERROR_IO, 0, "/proc is not mounted");
    }
    return failure != NULL ? engine_error_set(error, WALI_ERROR_STALE, failure) : 0;
}

int module_load(wasm_engine_t *wasm_engine, int code_fd, wali_error *error)
{
    const int result = load_by_link(wasm_engine, code_fd, error);
    KERNEL(close, code_fd);
    if (result == 0) {
        code_range_begin(guest_module);
    }
    return result;
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

/* The same, where the address space is too small for the reservation, which then is not mapped. */
static wasmtime_error_t *new_sparse_memory(wasm_engine_t *wasm_engine, const wasm_memorytype_t *type,
                                           uint64_t limit, bool *is_sparse)
{
    if (!limits_are_tight() || !sparse_memory_begin()) {
        return new_memory(wasm_engine, type, limit);
    }
    wasmtime_error_t *failure = new_memory(wasm_engine, type, limit);
    *is_sparse = sparse_memory_end();
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
                     "too little address space: `ulimit -Hv` allows %llu MiB; 128 MiB and what the guest "
                     "uses are enough, on kernels before 5.11 8 GiB",
                     (unsigned long long)room.rlim_cur >> 20);
}

/* A core file would seem to have the guards. */
static void leave_out_of_core_files(uint8_t *base)
{
    KERNEL(madvise, base - ENGINE_GUARD, ENGINE_GUARD, MADV_DONTDUMP);
    KERNEL(madvise, base + GUEST_SPAN, ENGINE_GUARD, MADV_DONTDUMP);
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
    bool is_sparse = false;
    wasmtime_error_t *failure = new_sparse_memory(wasm_engine, type, limit, &is_sparse);
    if (failure != NULL) {
        return no_memory(failure, error);
    }
    static const struct wali_memory_engine sizes = {grow_memory, memory_bytes};
    uint8_t *const base = engine.wasmtime_sharedmemory_data(guest_memory);
    wali_memory_init(base, memory_bytes(), limit, is_sparse, &sizes);
    if (!is_sparse) {
        leave_out_of_core_files(base);
    }
    return 0;
}
