/* A failed check of compiled code runs into an illegal instruction.  The section .wasmtime.traps
 * says which check failed.  Its format was read off modules of the pinned engine; what contradicts
 * the format yields -1:
 *
 *    u32 number of traps, u32 number of blocks
 *    for each block: u32 offset of its first trap in the code, u32 offset of the block's data
 *    the data of each block, of at most 128 traps: u8 code that most of them have; then for each
 *      trap a LEB128 number, twice its distance from the trap before (0 for the first), plus one
 *      if a u8 code follows, which is the trap's instead of the block's
 */
#include "wali/native/engine/internals/trap_table.h"

#include "wali/native/engine/code_range.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const Elf64_Shdr *find_section(const uint8_t *image, const char *name)
{
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Shdr *sections = (const void *)(image + header->e_shoff);
    const char *names = (const char *)image + sections[header->e_shstrndx].sh_offset;
    for (uint32_t i = 0; i < header->e_shnum; i++) {
        if (strcmp(names + sections[i].sh_name, name) == 0) {
            return &sections[i];
        }
    }
    return NULL;
}

static uint32_t word_at(const uint8_t *bytes, uint64_t index)
{
    uint32_t word;
    memcpy(&word, bytes + 4 * index, sizeof word);
    return word;
}

static uint64_t read_leb(const uint8_t **at, const uint8_t *end)
{
    uint64_t value = 0;
    for (uint32_t shift = 0; *at < end && shift < 64; shift += 7) {
        const uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

static int find_in_block(const uint8_t *at, const uint8_t *end, uint64_t offset, uint64_t wanted)
{
    const int usual = at < end ? *at++ : -1;
    int code = -1;
    while (at < end) {
        const uint64_t step = read_leb(&at, end);
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
    const uint8_t *image = (const void *)guest_code.start;
    if (!in_guest_code(pc) || memcmp(image, ELFMAG, SELFMAG) != 0) {
        return -1;
    }
    const Elf64_Shdr *text = find_section(image, ".text");
    const Elf64_Shdr *traps = find_section(image, ".wasmtime.traps");
    if (text == NULL || traps == NULL || traps->sh_size < 8) {
        return -1;
    }
    const uint8_t *table = image + traps->sh_offset;
    const uint8_t *end = table + traps->sh_size;
    const uint64_t wanted = pc - (uintptr_t)image - text->sh_offset;
    const uint64_t blocks = word_at(table, 1);
    if (blocks == 0 || blocks > traps->sh_size / 8 - 1) {
        return -1;
    }
    uint64_t block = 0;
    while (block + 1 < blocks && word_at(table, 4 + 2 * block) <= wanted) {
        block++;
    }
    const uint64_t start = 8 + 8 * blocks + word_at(table, 3 + 2 * block);
    return start < traps->sh_size ? find_in_block(table + start, end, word_at(table, 2 + 2 * block), wanted)
                                  : -1;
}
