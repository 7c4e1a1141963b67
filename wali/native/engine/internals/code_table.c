/* The format of .wasmtime.addrmap and .wasmtime.traps was read off modules of the pinned engine:
 *
 *    u32 number of entries, u32 number of blocks
 *    for each block: u32 offset of its first entry in the code, u32 offset of the block's data
 *    the data of each block, of at most 128 entries, which differ
 */
#include "wali/native/engine/internals/code_table.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/image.h"
#include "wali/native/engine/internals/table_bytes.h"

#include <elf.h>
#include <stddef.h>

/* The last block that begins at or before the offset, or the first. */
static uint64_t block_of(const uint8_t *table, uint64_t blocks, uint64_t wanted)
{
    uint64_t low = 0, high = blocks;
    while (low + 1 < high) {
        const uint64_t middle = (low + high) / 2;
        if (table_word(table, 2 + 2 * middle) <= wanted) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

bool code_table_block(const char *section, uintptr_t pc, struct code_block *block)
{
    const uint8_t *image = (const void *)guest_code.start;
    if (!in_guest_code(pc)) {
        return false;
    }
    const Elf64_Shdr *text = image_section(".text");
    const Elf64_Shdr *header = image_section(section);
    if (text == NULL || header == NULL || header->sh_size < 8) {
        return false;
    }
    const uint8_t *table = image + header->sh_offset;
    const uint64_t wanted = pc - (uintptr_t)image - text->sh_offset;
    const uint64_t blocks = table_word(table, 1);
    if (wanted >= text->sh_size || blocks == 0 || blocks > header->sh_size / 8 - 1) {
        return false;
    }
    const uint64_t number = block_of(table, blocks, wanted);
    const uint64_t data = 8 + 8 * blocks;
    const uint64_t start = data + table_word(table, 3 + 2 * number);
    const uint64_t end = number + 1 < blocks ? data + table_word(table, 5 + 2 * number) : header->sh_size;
    if (start > end || end > header->sh_size) {
        return false;
    }
    *block = (struct code_block){table + start, table + end, table_word(table, 2 + 2 * number), wanted};
    return true;
}
