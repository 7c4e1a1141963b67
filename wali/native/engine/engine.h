/* The part of the engine's C API that the core uses (wasmtime 50), and how engines are made.
 *
 * The wheel ships the library without headers.  Types and functions are therefore declared here and
 * resolved by dlsym(3); tests/core/test_engine_declarations.py compares them with the wheel's own
 * ctypes declarations.
 */
#ifndef WALI_ENGINE_ENGINE_H
#define WALI_ENGINE_ENGINE_H

#include "wali/native/base/error.h"

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_memorytype_t wasm_memorytype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
typedef struct wasmtime_linker wasmtime_linker_t;
typedef struct wasmtime_caller wasmtime_caller_t;
typedef struct wasmtime_instance_pre wasmtime_instance_pre_t;
typedef struct wasmtime_sharedmemory wasmtime_sharedmemory_t;

typedef struct {
    size_t size;
    char *data;
} wasm_byte_vec_t;

typedef struct {
    size_t size;
    wasm_frame_t **data;
} wasm_frame_vec_t;

typedef struct {
    size_t size;
    wasm_importtype_t **data;
} wasm_importtype_vec_t;

typedef struct {
    size_t size;
    wasm_valtype_t **data;
} wasm_valtype_vec_t;

/* A value as compiled code passes it.  The upper half of an i32 is undefined. */
typedef union {
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    uint8_t v128[16];
    void *funcref;
} wasmtime_val_raw_t;

typedef struct {
    uint64_t store_id;
    void *private_;
} wasmtime_func_t;

typedef struct {
    uint64_t store_id;
    uint32_t private1, private2, private3;
} wasmtime_global_t;

typedef struct {
    struct {
        uint64_t store_id;
        uint32_t private1;
    } anon;
    uint32_t private2;
} wasmtime_table_t;

typedef struct {
    uint64_t store_id;
    size_t private_;
} wasmtime_instance_t;

typedef struct {
    uint64_t store_id;
    uint32_t private1, private2;
    void *private3;
} wasmtime_ref_t;

typedef struct {
    uint8_t kind;
    union {
        int32_t i32;
        int64_t i64;
        wasmtime_func_t funcref;
        wasmtime_ref_t ref;
        uint8_t v128[16];
    } of;
} wasmtime_val_t;

typedef struct {
    uint8_t kind;
    union {
        wasmtime_func_t func;
        wasmtime_global_t global;
        wasmtime_table_t table;
        wasmtime_sharedmemory_t *sharedmemory;
    } of;
} wasmtime_extern_t;

enum {
    WASMTIME_EXTERN_FUNC = 0,
    WASMTIME_EXTERN_GLOBAL,
    WASMTIME_EXTERN_TABLE,
    WASMTIME_EXTERN_MEMORY,
    WASMTIME_EXTERN_SHAREDMEMORY
};
enum { WASM_I32 = 0, WASM_I64, WASM_F32, WASM_F64 };
enum { WASMTIME_FUNCREF = 5 };
enum { WASM_EXTERN_FUNC = 0, WASM_EXTERN_GLOBAL, WASM_EXTERN_TABLE, WASM_EXTERN_MEMORY, WASM_EXTERN_TAG };
enum { WASMTIME_OPT_LEVEL_NONE, WASMTIME_OPT_LEVEL_SPEED };

enum wasmtime_trap_code {
    TRAP_STACK_OVERFLOW,
    TRAP_MEMORY_OUT_OF_BOUNDS,
    TRAP_HEAP_MISALIGNED,
    TRAP_TABLE_OUT_OF_BOUNDS,
    TRAP_INDIRECT_CALL_TO_NULL,
    TRAP_BAD_SIGNATURE,
    TRAP_INTEGER_OVERFLOW,
    TRAP_INTEGER_DIVISION_BY_ZERO,
    TRAP_BAD_CONVERSION_TO_INTEGER,
    TRAP_UNREACHABLE,
    TRAP_NULL_REFERENCE = 13,
    TRAP_ARRAY_OUT_OF_BOUNDS,
    TRAP_ALLOCATION_TOO_LARGE,
    TRAP_CAST_FAILURE,
};

/* An entry: the host function behind an import.  `args` holds the arguments, and the result in
 * args[0].  Returns NULL, or a trap, which ends the activation. */
typedef wasm_trap_t *(*wali_entry_t)(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                                     size_t count);

/* X(result, name, parameters) */
#define ENGINE_FUNCTIONS(X)                                                                                  \
    X(wasm_config_t *, wasm_config_new, (void))                                                              \
    X(void, wasmtime_config_wasm_threads_set, (wasm_config_t *, bool))                                       \
    X(void, wasmtime_config_shared_memory_set, (wasm_config_t *, bool))                                      \
    X(void, wasmtime_config_wasm_exceptions_set, (wasm_config_t *, bool))                                    \
    X(void, wasmtime_config_wasm_tail_call_set, (wasm_config_t *, bool))                                     \
    X(void, wasmtime_config_wasm_wide_arithmetic_set, (wasm_config_t *, bool))                               \
    X(void, wasmtime_config_concurrency_support_set, (wasm_config_t *, bool))                                \
    X(void, wasmtime_config_native_unwind_info_set, (wasm_config_t *, bool))                                 \
    X(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *, size_t))                                   \
    X(void, wasmtime_config_async_stack_size_set, (wasm_config_t *, size_t))                                 \
    X(void, wasmtime_config_cranelift_opt_level_set, (wasm_config_t *, uint8_t))                             \
    X(void, wasmtime_config_memory_reservation_set, (wasm_config_t *, uint64_t))                             \
    X(void, wasmtime_config_memory_guard_size_set, (wasm_config_t *, uint64_t))                              \
    X(wasm_engine_t *, wasm_engine_new_with_config, (wasm_config_t *))                                       \
    X(void, wasm_engine_delete, (wasm_engine_t *))                                                           \
    X(wasmtime_error_t *, wasmtime_module_new,                                                               \
      (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **))                                      \
    X(wasmtime_error_t *, wasmtime_module_validate, (wasm_engine_t *, const uint8_t *, size_t))              \
    X(wasmtime_error_t *, wasmtime_module_serialize, (wasmtime_module_t *, wasm_byte_vec_t *))               \
    X(wasmtime_error_t *, wasmtime_module_deserialize_file,                                                  \
      (wasm_engine_t *, const char *, wasmtime_module_t **))                                                 \
    X(void, wasmtime_module_imports, (const wasmtime_module_t *, wasm_importtype_vec_t *))                   \
    X(void, wasmtime_module_image_range, (const wasmtime_module_t *, void **, void **))                      \
    X(wasmtime_store_t *, wasmtime_store_new, (wasm_engine_t *, void *, void (*)(void *)))                   \
    X(wasmtime_context_t *, wasmtime_store_context, (wasmtime_store_t *))                                    \
    X(wasmtime_linker_t *, wasmtime_linker_new, (wasm_engine_t *))                                           \
    X(void, wasmtime_linker_allow_shadowing, (wasmtime_linker_t *, bool))                                    \
    X(wasmtime_error_t *, wasmtime_linker_define,                                                            \
      (wasmtime_linker_t *, wasmtime_context_t *, const char *, size_t, const char *, size_t,                \
       const wasmtime_extern_t *))                                                                           \
    X(wasmtime_error_t *, wasmtime_linker_define_func_unchecked,                                             \
      (wasmtime_linker_t *, const char *, size_t, const char *, size_t, const wasm_functype_t *,             \
       wali_entry_t, void *, void (*)(void *)))                                                              \
    X(bool, wasmtime_linker_get,                                                                             \
      (const wasmtime_linker_t *, wasmtime_context_t *, const char *, size_t, const char *, size_t,          \
       wasmtime_extern_t *))                                                                                 \
    X(wasmtime_error_t *, wasmtime_linker_instantiate_pre,                                                   \
      (const wasmtime_linker_t *, const wasmtime_module_t *, wasmtime_instance_pre_t **))                    \
    X(wasmtime_error_t *, wasmtime_instance_pre_instantiate,                                                 \
      (const wasmtime_instance_pre_t *, wasmtime_context_t *, wasmtime_instance_t *, wasm_trap_t **))        \
    X(bool, wasmtime_instance_export_get,                                                                    \
      (wasmtime_context_t *, const wasmtime_instance_t *, const char *, size_t, wasmtime_extern_t *))        \
    X(wasmtime_error_t *, wasmtime_func_call_unchecked,                                                      \
      (wasmtime_context_t *, const wasmtime_func_t *, wasmtime_val_raw_t *, size_t, wasm_trap_t **))         \
    X(bool, wasmtime_context_take_exception, (wasmtime_context_t *, wasmtime_ref_t *))                       \
    X(size_t, wasmtime_exnref_field_count, (wasmtime_context_t *, const wasmtime_ref_t *))                   \
    X(wasmtime_error_t *, wasmtime_exnref_field,                                                             \
      (wasmtime_context_t *, const wasmtime_ref_t *, size_t, wasmtime_val_t *))                              \
    X(void, wasmtime_exnref_unroot, (wasmtime_ref_t *))                                                      \
    X(void, wasmtime_exnref_from_raw, (wasmtime_context_t *, uint32_t, wasmtime_ref_t *))                    \
    X(uint32_t, wasmtime_exnref_to_raw, (wasmtime_context_t *, const wasmtime_ref_t *))                      \
    X(bool, wasmtime_table_get,                                                                              \
      (wasmtime_context_t *, const wasmtime_table_t *, uint64_t, wasmtime_val_t *))                          \
    X(void, wasmtime_val_unroot, (wasmtime_val_t *))                                                         \
    X(wasm_functype_t *, wasmtime_func_type, (const wasmtime_context_t *, const wasmtime_func_t *))          \
    X(void *, wasmtime_func_to_raw, (wasmtime_context_t *, const wasmtime_func_t *))                         \
    X(void, wasm_functype_delete, (wasm_functype_t *))                                                       \
    X(void, wasm_trap_delete, (wasm_trap_t *))                                                               \
    X(void, wasmtime_store_delete, (wasmtime_store_t *))                                                     \
    X(void, wasmtime_config_debug_info_set, (wasm_config_t *, bool))                                         \
    X(void, wasmtime_config_parallel_compilation_set, (wasm_config_t *, bool))                               \
    X(void, wasmtime_global_get, (wasmtime_context_t *, const wasmtime_global_t *, wasmtime_val_t *))        \
    X(wasmtime_error_t *, wasmtime_global_set,                                                               \
      (wasmtime_context_t *, const wasmtime_global_t *, const wasmtime_val_t *))                             \
    X(wasmtime_error_t *, wasmtime_sharedmemory_new,                                                         \
      (wasm_engine_t *, const wasm_memorytype_t *, wasmtime_sharedmemory_t **))                              \
    X(uint8_t *, wasmtime_sharedmemory_data, (const wasmtime_sharedmemory_t *))                              \
    X(size_t, wasmtime_sharedmemory_data_size, (const wasmtime_sharedmemory_t *))                            \
    X(wasmtime_error_t *, wasmtime_sharedmemory_grow, (wasmtime_sharedmemory_t *, uint64_t, uint64_t *))     \
    X(void, wasmtime_error_message, (const wasmtime_error_t *, wasm_byte_vec_t *))                           \
    X(void, wasmtime_error_delete, (wasmtime_error_t *))                                                     \
    X(void, wasm_byte_vec_delete, (wasm_byte_vec_t *))                                                       \
    X(wasm_trap_t *, wasmtime_trap_new, (const char *, size_t))                                              \
    X(void, wasm_trap_message, (const wasm_trap_t *, wasm_byte_vec_t *))                                     \
    X(void, wasm_trap_trace, (const wasm_trap_t *, wasm_frame_vec_t *))                                      \
    X(bool, wasmtime_trap_code, (const wasm_trap_t *, uint8_t *))                                            \
    X(void, wasm_frame_vec_delete, (wasm_frame_vec_t *))                                                     \
    X(uint32_t, wasm_frame_func_index, (const wasm_frame_t *))                                               \
    X(size_t, wasm_frame_module_offset, (const wasm_frame_t *))                                              \
    X(const wasm_byte_vec_t *, wasmtime_frame_func_name, (const wasm_frame_t *))                             \
    X(const wasm_byte_vec_t *, wasmtime_frame_module_name, (const wasm_frame_t *))                           \
    X(const wasm_byte_vec_t *, wasm_importtype_module, (const wasm_importtype_t *))                          \
    X(const wasm_byte_vec_t *, wasm_importtype_name, (const wasm_importtype_t *))                            \
    X(const wasm_externtype_t *, wasm_importtype_type, (const wasm_importtype_t *))                          \
    X(uint8_t, wasm_externtype_kind, (const wasm_externtype_t *))                                            \
    X(const wasm_functype_t *, wasm_externtype_as_functype_const, (const wasm_externtype_t *))               \
    X(const wasm_memorytype_t *, wasm_externtype_as_memorytype_const, (const wasm_externtype_t *))           \
    X(uint64_t, wasmtime_memorytype_minimum, (const wasm_memorytype_t *))                                    \
    X(wasmtime_error_t *, wasmtime_memorytype_new,                                                           \
      (uint64_t, bool, uint64_t, bool, bool, uint8_t, wasm_memorytype_t **))                                 \
    X(void, wasm_memorytype_delete, (wasm_memorytype_t *))                                                   \
    X(void, wasmtime_store_limiter, (wasmtime_store_t *, int64_t, int64_t, int64_t, int64_t, int64_t))       \
    X(bool, wasmtime_memorytype_maximum, (const wasm_memorytype_t *, uint64_t *))                            \
    X(const wasm_valtype_vec_t *, wasm_functype_params, (const wasm_functype_t *))                           \
    X(const wasm_valtype_vec_t *, wasm_functype_results, (const wasm_functype_t *))                          \
    X(wasm_valtype_t *, wasm_valtype_new, (uint8_t))                                                         \
    X(bool, wasmtime_wasm_valtype_equal, (const wasm_valtype_t *, const wasm_valtype_t *))

struct wali_engine_api {
#define X(result, name, parameters) result(*name) parameters;
    ENGINE_FUNCTIONS(X)
#undef X
    char *library; /* the host address of the library's ELF header */
};

/* The resolved functions; all NULL before wali_engine_open. */
extern struct wali_engine_api engine __attribute__((visibility("hidden")));

/* cdef begin */
/* Loads the engine's library.  0, or -1 with *error (WALI_ERROR_ENGINE). */
int wali_engine_open(const char *library_path, wali_error *error);
/* Names all that compiled code depends on: the library, its settings and the processor's features.
 * Called after wali_engine_open; the string is static. */
const char *wali_engine_key(void);
/* cdef end */

/* The program headers of the engine's library (elf(5)), and their number.  They are read from
 * memory: dl_iterate_phdr(3) takes a lock of the loader's, which may stay held in a forked
 * child. */
const ElfW(Phdr) * engine_segments(size_t *count) __attribute__((visibility("hidden")));

/* Whether a program counter lies in the engine's library.  Async-signal-safe. */
bool engine_has_code(uintptr_t pc) __attribute__((visibility("hidden")));

/* Bytes without access before guest memory, and as many behind its 4 GiB (engine.c). */
#define ENGINE_GUARD ((UINT64_C(1) << 30) + (UINT64_C(1) << 20))

/* The stack_size of an engine that only compiles: nothing runs on the stack. */
#define ENGINE_COMPILE_STACK ((size_t)1 << 20)

struct engine_use {
    size_t stack_size; /* bytes of native stack that compiled code may use */
    bool is_serial;    /* whether it compiles without starting threads */
    /* Whether a debugger can follow the code: it is not optimised, and brings DWARF of its own, made from
     * the module's.  Whoever loads it tells gdb (its JIT interface), and must ask for the same. */
    bool has_debugger;
    bool has_no_lines; /* whether its traps need none, so that it may be made while threads run */
};

/* A new engine.  NULL if it does not run on this machine. */
wasm_engine_t *engine_new_for(const struct engine_use *use);

/* A new engine whose compiled code may use stack_size bytes of native stack.  NULL if the engine
 * does not run on this machine. */
wasm_engine_t *engine_new(size_t stack_size);

/* A new engine that compiles without starting threads, and whose traps have no lines: for any time. */
wasm_engine_t *engine_new_serial(void);

/* What a type of values is: WASM_I32 to WASM_F64, or ENGINE_NO_NUMBER of a vector or reference. */
#define ENGINE_NO_NUMBER 255
uint8_t engine_value_kind(const wasm_valtype_t *type) __attribute__((visibility("hidden")));

/* Copies the message of an engine's error into text[size] as one line, and frees the error. */
void engine_error_take(wasmtime_error_t *failure, char *text, size_t size);
/* Sets *error to the code and the message of an engine's error, frees the latter and returns -1. */
int engine_error_set(wali_error *error, int code, wasmtime_error_t *failure);

#endif
