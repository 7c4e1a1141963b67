/* The section .wasmtime.addrmap (code_table.h).  Each entry holds up to the next: a LEB128 number, twice its
 * distance from the entry before (0 for the first), plus one if nothing in the module has made the code;
 * else its offset in the module follows, the first of the block as it is, others as a signed distance from
 * the one before. */
#include "wali/native/engine/internals/address_map.h"

#include "wali/native/engine/internals/code_table.h"
#include "wali/native/engine/internals/table_bytes.h"

#include <stdbool.h>

static int64_t find_in_block(const uint8_t *at, const uint8_t *end, uint64_t offset, uint64_t wanted)
{
    int64_t place = 0, found = -1;
    bool is_first = true;
    while (at < end) {
        const uint64_t step = table_number(&at, end);
        offset += step / 2;
        if (offset > wanted) {
            break;
        }
        found = -1;
        if (step % 2 == 0) {
            place =
                is_first ? (int64_t)(table_number(&at, end) & UINT32_MAX) : place + table_signed(&at, end);
            is_first = false;
            found = place;
        }
    }
    return found >= 0 && found < UINT32_MAX ? found : -1;
}

int64_t module_offset_at(uintptr_t pc)
{
    struct code_block block;
    return code_table_block(".wasmtime.addrmap", pc, &block)
               ? find_in_block(block.at, block.end, block.first, block.wanted)
               : -1;
}
