/* What a module's imports are bound to: one of these for each interface (WALI, and others). */
#ifndef WALI_IMPORTS_INTERFACE_H
#define WALI_IMPORTS_INTERFACE_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* More than any target has. */
#define IMPORT_MOST_PARAMETERS 16

/* What an import name stands for. */
struct import_target {
    wali_entry_t entry;
    const char *signature; /* canonical parameters: i for 32 bits, I for 64 */
    char result;           /* 'i' or 'I', '-' for none, 0 where any will do */
    uint16_t signed_mask;  /* bit i: parameter i widens with its sign */
    bool adapts;           /* serves other types too, by an adapter that widens each argument */
    bool is_call;          /* a wrapper stands before it, and it can be bound anew (rebind.h) */
    void *env;             /* for the entry, and for who stands before it */
};

struct import_interface {
    /* Whether imports from this module are the interface's. */
    bool (*serves)(const wasm_byte_vec_t *module);
    /* False if the name stands for nothing. */
    bool (*find)(const wasm_byte_vec_t *module, const wasm_byte_vec_t *name, struct import_target *target);
    /* The name under which the interface gives the process's memory; NULL: it gives none. */
    const char *memory;
    /* Whether a function of an unknown name links, and answers ENOSYS: libcs fall back on an
     * older call.  Else such a module is refused. */
    bool answers_unknown;
};

#endif
