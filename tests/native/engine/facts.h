/* What the programs beside this file share.  Each checks facts about the engine that its API does not
 * promise, one fact a run: program LIBRARY MODULE FACT.  It exits with 0 and says "ok" if the fact
 * holds; else it says what was found. */
#ifndef WALI_TESTS_NATIVE_ENGINE_FACTS_H
#define WALI_TESTS_NATIVE_ENGINE_FACTS_H

#include "wali/native/engine/engine.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

struct fact {
    const char *name;
    void (*check)(void);
};

/* A function that modules import as "host" "<name>"; its env is its row. */
struct host_import {
    const char *name;
    wali_entry_t entry;
    void (*finalizer)(void *);
};

/* Of each program; both end with a row of zeros. */
extern const struct fact facts[];
extern const struct host_import host_imports[];

#define CHECK(condition, ...)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            failed(__FILE__, __LINE__, #condition, __VA_ARGS__);                                             \
        }                                                                                                    \
    } while (0)
_Noreturn void failed(const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define MAXIMUM_PAGES 1024 /* of the memory that modules import as "host" "memory" */
#define PAGE_OF_WASM UINT64_C(65536)
#define STACK_SIZE ((size_t)1 << 20) /* of compiled code */

extern const char *library, *module_path;
extern wasm_engine_t *of_all;
extern wasmtime_module_t *module;
extern wasmtime_sharedmemory_t *memory;
extern wasmtime_linker_t *linker;
extern wasmtime_instance_pre_t *prepared;
extern uint8_t *base; /* of the memory */

/* One instance, in a store of its own. */
struct guest {
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
};

/* The module's bytes. */
uint8_t *read_module(size_t *size);
/* Compiled as the core has it done, in a memory file. */
int compiled_file(bool serial);
/* The steps of a start: engine, module, memory, imports; begin_all makes all of them. */
void begin_engine(void);
void begin_module(void);
void begin_memory(void);
void begin_all(void);
struct guest guest_new(void);

wasmtime_extern_t export_of(const struct guest *guest, const char *name, uint8_t kind);
wasmtime_func_t function_of(const struct guest *guest, const char *name);
/* The trap, or NULL.  `values` are arguments and results. */
wasm_trap_t *call_raw(const struct guest *guest, const char *name, wasmtime_val_raw_t *values, size_t count);
/* (i32) -> i32, which must not trap. */
int32_t call_one(const struct guest *guest, const char *name, int32_t argument);
/* The same, which must: the code of the trap. */
int trap_of(const struct guest *guest, const char *name, int32_t argument);

/* The last fault, as a handler that stands before the engine's saw it; the engine then gets it.  On the
 * interrupted stack, with all else blocked. */
struct fault {
    int count, signo;
    uintptr_t pc, address;
};
extern struct fault fault;
void stand_before_engine(void);
extern struct sigaction engine_actions[65];

/* How many threads this process has, and how many descriptors. */
int count_in(const char *folder);

/* A mapping, as /proc/self/maps tells it. */
struct mapping {
    uintptr_t start, end;
    char access[5];
};
/* The one that holds the address; zeros without one. */
struct mapping mapping_at(uintptr_t address);

#endif
