/* What the linker has to know of an interface, such as WALI: which imports it serves, and what
 * serves them. */
#ifndef WALI_IMPORTS_INTERFACE_H
#define WALI_IMPORTS_INTERFACE_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* More parameters than any target has. */
#define IMPORT_MOST_PARAMETERS 17

/* What the name of an import stands for. */
struct import_target {
    wali_entry_t entry;
    const char *signature; /* canonical parameters: i for 32 bits, I for 64 */
    char result;           /* 'i' or 'I', 0 for any; '-' for none: the entry must not store one */
    uint16_t signed_mask;  /* bit i: parameter i is widened with its sign */
    bool adapts;           /* imports of another type are bound, too, through an adapter */
    bool can_rebind;       /* its entry may be replaced later (rebind.h), by one with the same env */
    void *env;             /* of the entry */
};

struct import_interface {
    /* Whether imports from this module are the interface's. */
    bool (*serves)(const wasm_byte_vec_t *module);
    /* Sets *target; false if the name is unknown. */
    bool (*find)(const wasm_byte_vec_t *module, const wasm_byte_vec_t *name, struct import_target *target);
    /* The name of the import that is the process's memory; NULL: the interface has none. */
    const char *memory;
    /* A function of an unknown name is bound to an entry that answers ENOSYS, so that libcs fall
     * back on an older call.  If false, the module is refused. */
    bool answers_unknown;
};

#endif
