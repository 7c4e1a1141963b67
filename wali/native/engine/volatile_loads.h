/* Which loads of a module's code are volatile, as far as a loop shows it. */
#ifndef WALI_ENGINE_VOLATILE_LOADS_H
#define WALI_ENGINE_VOLATILE_LOADS_H

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
/* The operands of one instruction, as letters (wali/module/instructions.py), "?" if it is unknown. */
struct wali_operands {
    char letters[4];
};

/* A load: where its opcode is, in bytes from the first body, and how many bytes it has.  room: where
 * the same body has a byte that could be left out, the last one of a padded number; 0 for none. */
struct wali_volatile_load {
    uint32_t offset;
    uint32_t length;
    uint32_t room;
};

/* Finds the loads in loops that write nothing whose address is the same each time around, in the
 * bodies of a code section; a body that it cannot follow has none.  operands: WALI_INSTRUCTIONS for
 * each of the opcodes without a prefix, and of those behind 0xFB to 0xFE.  The number that it has
 * found, at most `most`; or -1 if memory is short. */
int64_t wali_volatile_loads(const uint8_t *bodies, size_t length, uint32_t count,
                            const struct wali_operands *operands, struct wali_volatile_load *found,
                            size_t most);
#define WALI_INSTRUCTIONS 320
/* cdef end */

#endif
