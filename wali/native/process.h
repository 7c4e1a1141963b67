/* What the core knows of the guest process. */
#ifndef WALI_PROCESS_H
#define WALI_PROCESS_H

#include "core.h"
#include "engine.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_process {
    const wali_config *config;
    wasm_engine_t *engine;
    wasmtime_module_t *module;
    wasmtime_sharedmemory_t *memory;
    wasmtime_instance_pre_t *prepared;
    uintptr_t code_start, code_end; /* where the module's compiled code lies */
    int environment_fd;             /* startup.c */
};

extern struct wali_process wali_process __attribute__((visibility("hidden")));

/* Whether a program counter lies in the guest's compiled code. */
static inline bool in_guest_code(uintptr_t pc)
{
    return pc >= wali_process.code_start && pc < wali_process.code_end;
}

#endif
