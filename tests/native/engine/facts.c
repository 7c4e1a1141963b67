#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/base/error.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/compile.h"
#include "wali/native/engine/engine.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *library, *module_path;
wasm_engine_t *of_all;
wasmtime_module_t *module;
wasmtime_sharedmemory_t *memory;
wasmtime_linker_t *linker;
wasmtime_instance_pre_t *prepared;
uint8_t *base;
struct fault fault;
struct sigaction engine_actions[65];

void failed(const char *file, int line, const char *condition, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: not so: %s: ", strrchr(file, '/') + 1, line, condition);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    _exit(1);
}

static void expect(wasmtime_error_t *failure)
{
    char text[500];
    if (failure != NULL) {
        engine_error_take(failure, text, sizeof text);
        CHECK(false, "the engine says: %s", text);
    }
}

uint8_t *read_module(size_t *size)
{
    struct stat status;
    const int fd = open(module_path, O_RDONLY);
    CHECK(fd >= 0 && fstat(fd, &status) == 0, "no %s", module_path);
    *size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*size);
    CHECK(read(fd, bytes, *size) == (ssize_t)*size, "%s cannot be read", module_path);
    close(fd);
    return bytes;
}

int compiled_file(bool serial)
{
    size_t size;
    wali_error error;
    uint8_t *bytes = read_module(&size);
    const int fd = memfd_create("code", MFD_CLOEXEC);
    CHECK(wali_engine_compile(bytes, size, fd, serial, 0, &error) == 0, "%s", error.text);
    free(bytes);
    return fd;
}

void begin_engine(void)
{
    wali_error error;
    CHECK(wali_engine_open(library, &error) == 0, "%s", error.text);
    of_all = engine_new(STACK_SIZE);
    CHECK(of_all != NULL, "no engine");
}

void begin_module(void)
{
    char path[40];
    const int fd = compiled_file(true);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    expect(engine.wasmtime_module_deserialize_file(of_all, path, &module));
    close(fd);
    code_range_begin(module);
}

void begin_memory(void)
{
    wasm_memorytype_t *type;
    expect(engine.wasmtime_memorytype_new(1, true, MAXIMUM_PAGES, false, true, 16, &type));
    expect(engine.wasmtime_sharedmemory_new(of_all, type, &memory));
    engine.wasm_memorytype_delete(type);
    base = engine.wasmtime_sharedmemory_data(memory);
}

static bool equals(const wasm_byte_vec_t *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->data, text, name->size) == 0;
}

static void bind_function(const wasm_byte_vec_t *name, const wasm_functype_t *type)
{
    const struct host_import *row = host_imports;
    while (row->name != NULL && !equals(name, row->name)) {
        row++;
    }
    CHECK(row->name != NULL, "the module imports %.*s", (int)name->size, name->data);
    expect(engine.wasmtime_linker_define_func_unchecked(linker, "host", 4, name->data, name->size, type,
                                                        row->entry, (void *)(uintptr_t)row, row->finalizer));
}

static void bind(wasmtime_context_t *context)
{
    wasm_importtype_vec_t imports;
    const wasmtime_extern_t item = {.kind = WASMTIME_EXTERN_SHAREDMEMORY, .of.sharedmemory = memory};
    linker = engine.wasmtime_linker_new(of_all);
    engine.wasmtime_linker_allow_shadowing(linker, true);
    engine.wasmtime_module_imports(module, &imports);
    for (size_t i = 0; i < imports.size; i++) {
        const wasm_byte_vec_t *name = engine.wasm_importtype_name(imports.data[i]);
        const wasm_externtype_t *type = engine.wasm_importtype_type(imports.data[i]);
        if (engine.wasm_externtype_kind(type) == WASM_EXTERN_FUNC) {
            bind_function(name, engine.wasm_externtype_as_functype_const(type));
        } else {
            expect(engine.wasmtime_linker_define(linker, context, "host", 4, name->data, name->size, &item));
        }
    }
    expect(engine.wasmtime_linker_instantiate_pre(linker, module, &prepared));
}

struct guest guest_new(void)
{
    struct guest guest;
    wasm_trap_t *trap = NULL;
    guest.store = engine.wasmtime_store_new(of_all, NULL, NULL);
    guest.context = engine.wasmtime_store_context(guest.store);
    if (prepared == NULL) {
        bind(guest.context);
    }
    expect(engine.wasmtime_instance_pre_instantiate(prepared, guest.context, &guest.instance, &trap));
    CHECK(trap == NULL, "instantiation traps");
    return guest;
}

void begin_all(void)
{
    begin_engine();
    begin_module();
    begin_memory();
}

wasmtime_extern_t export_of(const struct guest *guest, const char *name, uint8_t kind)
{
    wasmtime_extern_t item;
    CHECK(engine.wasmtime_instance_export_get(guest->context, &guest->instance, name, strlen(name), &item),
          "no export %s", name);
    CHECK(item.kind == kind, "%s is of kind %d, not %d", name, item.kind, kind);
    return item;
}

wasmtime_func_t function_of(const struct guest *guest, const char *name)
{
    return export_of(guest, name, WASMTIME_EXTERN_FUNC).of.func;
}

wasm_trap_t *call_raw(const struct guest *guest, const char *name, wasmtime_val_raw_t *values, size_t count)
{
    wasm_trap_t *trap = NULL;
    const wasmtime_func_t function = function_of(guest, name);
    expect(engine.wasmtime_func_call_unchecked(guest->context, &function, values, count, &trap));
    return trap;
}

int32_t call_one(const struct guest *guest, const char *name, int32_t argument)
{
    wasmtime_val_raw_t value = {.i32 = argument};
    wasm_trap_t *trap = call_raw(guest, name, &value, 1);
    if (trap != NULL) {
        wasm_byte_vec_t text;
        engine.wasm_trap_message(trap, &text);
        CHECK(false, "%s traps: %.*s", name, (int)text.size, text.data);
    }
    return value.i32;
}

int trap_of(const struct guest *guest, const char *name, int32_t argument)
{
    uint8_t code;
    wasmtime_val_raw_t value = {.i32 = argument};
    wasm_trap_t *trap = call_raw(guest, name, &value, 1);
    CHECK(trap != NULL, "%s does not trap", name);
    CHECK(engine.wasmtime_trap_code(trap, &code), "the trap of %s has no code", name);
    engine.wasm_trap_delete(trap);
    return code;
}

static void on_fault(int signo, siginfo_t *info, void *context)
{
    const ucontext_t *interrupted = context;
    fault.count++;
    fault.signo = signo;
    fault.pc = (uintptr_t)interrupted->uc_mcontext.gregs[REG_RIP];
    fault.address = (uintptr_t)info->si_addr;
    engine_actions[signo].sa_sigaction(signo, info, context);
}

void stand_before_engine(void)
{
    static const int signals[] = {SIGSEGV, SIGFPE, SIGILL};
    for (size_t i = 0; i < 3; i++) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
        sigfillset(&action.sa_mask);
        for (size_t j = 0; j < 3; j++) {
            sigdelset(&action.sa_mask, signals[j]);
        }
        sigaction(signals[i], &action, &engine_actions[signals[i]]);
        CHECK((engine_actions[signals[i]].sa_flags & SA_SIGINFO) != 0, "no handler of the engine's for %d",
              signals[i]);
    }
}

int count_in(const char *folder)
{
    int count = 0;
    DIR *opened = opendir(folder);
    while (readdir(opened) != NULL) {
        count++;
    }
    closedir(opened);
    return count - 2; /* . and .. */
}

struct mapping mapping_at(uintptr_t address)
{
    struct mapping found;
    char line[400];
    FILE *maps = fopen("/proc/self/maps", "re");
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &found.start, &found.end, found.access) == 3 &&
            address >= found.start && address < found.end) {
            fclose(maps);
            return found;
        }
    }
    fclose(maps);
    return (struct mapping){0};
}

int main(int argc, char **argv)
{
    for (const struct fact *fact = facts; argc == 4 && fact->name != NULL; fact++) {
        if (strcmp(fact->name, argv[3]) == 0) {
            library = argv[1];
            module_path = argv[2];
            fact->check();
            puts("ok");
            return 0;
        }
    }
    puts("no such fact");
    return 2;
}
