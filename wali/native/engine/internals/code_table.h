/* The tables that the engine puts beside compiled code, by the address of an instruction. */
#ifndef WALI_ENGINE_INTERNALS_CODE_TABLE_H
#define WALI_ENGINE_INTERNALS_CODE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* The part of a table that may tell of an instruction: its data, the offset in the code of its first entry,
 * and that of the instruction. */
struct code_block {
    const uint8_t *at, *end;
    uint64_t first, wanted;
};

/* False if pc is none of compiled code, there is no such section, or it contradicts the format.
 * Async-signal-safe. */
bool code_table_block(const char *section, uintptr_t pc, struct code_block *block)
    __attribute__((visibility("hidden")));

#endif
