#define _GNU_SOURCE
#include "wali/native/engine/engine.h"

#include "wali/native/base/error.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h> /* glibc 2.33 */
#else
#include <cpuid.h>
#endif

struct wali_engine_api engine;

/* A part of wali_engine_key.  To be raised when cached code becomes invalid though library and
 * machine are the same: a setting of make_config has changed, or what Python rewrites in
 * modules. */
#define CODE_GENERATION 6

/* Bytes of address space for guest memory.  In 4 GiB no 32-bit index needs a bounds check; an offset
 * beyond the module's own maximum is compared by the code.  The
 * guard behind them (ENGINE_GUARD) stops what reaches past the end:
 * - compiled code, by an access with a constant offset;
 * - the kernel, when it copies a path or a structure;
 * - the rest of a huge page: of a file of huge pages the kernel maps whole pages, of up to 1 GiB,
 *   however little is asked for (docs/MEMORY.md).
 * The additional MiB places the end of a program's stack and the beginning of its data so that they
 * share a page table (docs/PROCESSES.md). */
#define RESERVATION (UINT64_C(4) << 30)

/* The types of the numbers, by their kinds. */
static wasm_valtype_t *numbers[WASM_F64 + 1];

int wali_engine_open(const char *library_path, wali_error *error)
{
    struct link_map *map;
    void *library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
        return error_set(error, WALI_ERROR_ENGINE, 0, "the engine cannot be loaded: %s", dlerror());
    }
#define X(result, name, parameters)                                                                          \
    *(void **)&engine.name = dlsym(library, #name);                                                          \
    if (engine.name == NULL) {                                                                               \
        return error_set(error, WALI_ERROR_ENGINE, 0, "the engine's library lacks " #name);                  \
    }
    ENGINE_FUNCTIONS(X)
#undef X
    engine.library = (char *)map->l_addr;
    for (uint8_t kind = WASM_I32; kind <= WASM_F64; kind++) {
        numbers[kind] = numbers[kind] == NULL ? engine.wasm_valtype_new(kind) : numbers[kind];
    }
    return 0;
}

/* Asked for the kind of a type that its interface has no number for (wasm_valtype_kind), as v128, the
 * engine ends the process.  So types are compared. */
uint8_t engine_value_kind(const wasm_valtype_t *type)
{
    for (uint8_t kind = WASM_I32; kind <= WASM_F64; kind++) {
        if (engine.wasmtime_wasm_valtype_equal(type, numbers[kind])) {
            return kind;
        }
    }
    return ENGINE_NO_NUMBER;
}

/* A configuration in which the engine keeps the lines of the source that a module brings (DWARF), and
 * names them in its backtraces.  It has no function for that, and asks the environment: so nothing else
 * may run. */
static wasm_config_t *new_config_with_lines(void)
{
    static char with_lines[] = "WASMTIME_BACKTRACE_DETAILS=1";
    char *instead[] = {with_lines, NULL};
    char **const environment = environ;
    environ = instead;
    wasm_config_t *const config = engine.wasm_config_new();
    environ = environment;
    return config;
}

static wasm_config_t *make_config(size_t stack_size, bool has_lines)
{
    wasm_config_t *config = has_lines ? new_config_with_lines() : engine.wasm_config_new();
    engine.wasmtime_config_wasm_threads_set(config, true);
    engine.wasmtime_config_shared_memory_set(config, true);
    engine.wasmtime_config_wasm_exceptions_set(config, true);
    engine.wasmtime_config_wasm_tail_call_set(config, true);
    engine.wasmtime_config_wasm_wide_arithmetic_set(config, true);
    engine.wasmtime_config_concurrency_support_set(config, false);
    /* Nothing unwinds through compiled code, and registering its tables makes the start slower. */
    engine.wasmtime_config_native_unwind_info_set(config, false);
    engine.wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_SPEED);
    engine.wasmtime_config_memory_reservation_set(config, RESERVATION);
    engine.wasmtime_config_memory_guard_size_set(config, ENGINE_GUARD);
    engine.wasmtime_config_max_wasm_stack_set(config, stack_size);
    /* Unused, but the engine refuses a size below the wasm stack's. */
    engine.wasmtime_config_async_stack_size_set(config, stack_size);
    return config;
}

wasm_engine_t *engine_new_for(const struct engine_use *use)
{
    wasm_config_t *config = make_config(use->stack_size, !use->has_no_lines);
    engine.wasmtime_config_parallel_compilation_set(config, !use->is_serial);
    if (use->has_debugger) {
        engine.wasmtime_config_debug_info_set(config, true);
        engine.wasmtime_config_native_unwind_info_set(config, true); /* the debugger walks the frames by it */
        engine.wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_NONE);
    }
    return engine.wasm_engine_new_with_config(config);
}

wasm_engine_t *engine_new(size_t stack_size)
{
    return engine_new_for(&(struct engine_use){.stack_size = stack_size});
}

wasm_engine_t *engine_new_serial(void)
{
    return engine_new_for(
        &(struct engine_use){.stack_size = ENGINE_COMPILE_STACK, .is_serial = true, .has_no_lines = true});
}

void engine_error_take(wasmtime_error_t *failure, char *text, size_t size)
{
    wasm_byte_vec_t message;
    engine.wasmtime_error_message(failure, &message);
    size_t n = message.size < size - 1 ? message.size : size - 1;
    for (size_t i = 0; i < n; i++) {
        text[i] = message.data[i] == '\n' ? ' ' : message.data[i];
    }
    text[n] = '\0';
    engine.wasm_byte_vec_delete(&message);
    engine.wasmtime_error_delete(failure);
}

int engine_error_set(wali_error *error, int code, wasmtime_error_t *failure)
{
    error->code = code;
    error->errnum = 0;
    engine_error_take(failure, error->text, sizeof error->text);
    return -1;
}

/* FNV-1a, which finds accidental differences but resists no attack. */
static uint64_t hash(uint64_t h, const void *bytes, size_t count)
{
    for (const uint8_t *p = bytes; count > 0; count--, p++) {
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    }
    return h;
}

const ElfW(Phdr) * engine_segments(size_t *count)
{
    const ElfW(Ehdr) *file = (const void *)engine.library;
    *count = file->e_phnum;
    return (const void *)(engine.library + file->e_phoff);
}

bool engine_has_code(uintptr_t pc)
{
    const uintptr_t offset = pc - (uintptr_t)engine.library;
    size_t count;
    const ElfW(Phdr) *segments = engine_segments(&count);
    for (size_t i = 0; i < count; i++) {
        if (segments[i].p_type == PT_LOAD && (segments[i].p_flags & PF_X) != 0 &&
            offset - segments[i].p_vaddr < segments[i].p_memsz) {
            return true;
        }
    }
    return false;
}

/* Identifies the engine's library by its program headers and notes, among them the build id. */
static uint64_t hash_library(uint64_t h)
{
    size_t count;
    const ElfW(Phdr) *segments = engine_segments(&count);
    for (size_t i = 0; i < count; i++) {
        h = hash(h, segments + i, sizeof *segments);
        if (segments[i].p_type == PT_NOTE) {
            h = hash(h, engine.library + segments[i].p_vaddr, segments[i].p_memsz);
        }
    }
    return h;
}

#define FEATURE_WORDS 9

/* The processor's features, as in the registers of CPUID.  libc has asked already; the instruction
 * takes microseconds in a virtual machine. */
static void read_features(uint32_t machine[FEATURE_WORDS])
{
#if __has_include(<sys/platform/x86.h>)
    const unsigned *basic = __x86_get_cpuid_feature_leaf(CPUID_INDEX_1)->cpuid_array;
    const unsigned *more = __x86_get_cpuid_feature_leaf(CPUID_INDEX_7)->cpuid_array;
    const unsigned *extended = __x86_get_cpuid_feature_leaf(CPUID_INDEX_80000001)->cpuid_array;
    memcpy(machine, basic + 2, 2 * sizeof *machine);
    memcpy(machine + 2, more + 1, 3 * sizeof *machine);
    const unsigned *newest = __x86_get_cpuid_feature_leaf(CPUID_INDEX_7_ECX_1)->cpuid_array;
    memcpy(machine + 5, extended + 2, 2 * sizeof *machine);
    machine[7] = newest[0];
    machine[8] = newest[3];
#else
    uint32_t ignored;
    __cpuid(1, ignored, ignored, machine[0], machine[1]);
    __cpuid_count(7, 0, ignored, machine[2], machine[3], machine[4]);
    __cpuid(0x80000001, ignored, ignored, machine[5], machine[6]);
    __cpuid_count(7, 1, machine[7], ignored, ignored, machine[8]);
#endif
    machine[0] &= ~(UINT32_C(1) << 27); /* OSXSAVE: a state of the kernel, no feature */
}

const char *wali_engine_key(void)
{
    static char key[64];
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    uint32_t machine[FEATURE_WORDS] = {0};
    h = engine.library == NULL ? h : hash_library(h);
    read_features(machine);
    h = hash(h, machine, sizeof machine);
    snprintf(key, sizeof key, "wasmtime50-g%d-%016llx", CODE_GENERATION, (unsigned long long)h);
    return key;
}
