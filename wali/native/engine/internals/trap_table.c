/* A failed check of compiled code runs into an illegal instruction.  The section .wasmtime.traps
 * (code_table.h) says which check failed.  A block's data begin with the code, a u8, that most of its traps
 * have; then for each trap a LEB128 number, twice its distance from the trap before (0 for the first), plus
 * one if a u8 code follows, which is the trap's instead of the block's. */
#include "wali/native/engine/internals/trap_table.h"

#include "wali/native/engine/internals/code_table.h"
#include "wali/native/engine/internals/table_bytes.h"

static int find_in_block(const uint8_t *at, const uint8_t *end, uint64_t offset, uint64_t wanted)
{
    const int usual = at < end ? *at++ : -1;
    int code = -1;
    while (at < end) {
        const uint64_t step = table_number(&at, end);
        offset += step / 2;
        code = usual;
        if (step % 2 != 0) {
            code = at < end ? *at++ : -1;
        }
        if (offset >= wanted) {
            break;
        }
    }
    return offset == wanted ? code : -1;
}

int trap_code_at(uintptr_t pc)
{
    struct code_block block;
    return code_table_block(".wasmtime.traps", pc, &block)
               ? find_in_block(block.at, block.end, block.first, block.wanted)
               : -1;
}
