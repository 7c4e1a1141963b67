/* The section .wasmtime.stackmap: u32 how many call sites; for each u32 its return address as an offset in
 * the code, sorted; for each u32 the index of its first word among those that follow.  The words are the size
 * of the function's frame in bytes, how many words of bits follow, and these: bit n stands for the reference
 * at 4 * n bytes above the frame's lowest address. */
#include "wali/native/engine/internals/live_references.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/image.h"
#include "wali/native/engine/internals/table_bytes.h"

#include <elf.h>
#include <stdatomic.h>
#include <stddef.h>

static struct site_table {
    const uint8_t *words;
    uint64_t count, size; /* of sites; of all, in words */
    uintptr_t code;
} table;

enum { UNKNOWN, NONE, THERE };
static _Atomic uint32_t knowledge;

static bool locate(void)
{
    const Elf64_Shdr *const section = image_section(".wasmtime.stackmap"), *const text =
                                                                               image_section(".text");
    if (section == NULL || text == NULL || section->sh_size < 4) {
        return false;
    }
    const uint8_t *const words = (const uint8_t *)(guest_code.start + section->sh_offset);
    table = (struct site_table){words, table_word(words, 0), section->sh_size / 4,
                                guest_code.start + text->sh_offset};
    return 1 + 2 * table.count <= table.size;
}

/* Threads that look at the same time find the same. */
bool live_references_exist(void)
{
    if (knowledge == UNKNOWN) {
        knowledge = locate() ? THERE : NONE;
    }
    return knowledge == THERE;
}

/* The index of the first word about a site; 0 if it has none. */
static uint64_t map_of(uintptr_t site)
{
    const uint64_t wanted = site - table.code;
    uint64_t low = 0, high = table.count;
    while (low < high) {
        const uint64_t middle = (low + high) / 2;
        const uint32_t found = table_word(table.words, 1 + middle);
        if (found == wanted) {
            return 1 + 2 * table.count + table_word(table.words, 1 + table.count + middle);
        }
        low = found < wanted ? middle + 1 : low;
        high = found < wanted ? high : middle;
    }
    return 0;
}

void live_references_each(uintptr_t site, uintptr_t frame, void (*visit)(void *to, uint32_t *slot), void *to)
{
    const uint64_t map = map_of(site);
    if (map == 0 || map + 2 > table.size) {
        return;
    }
    const uint32_t size = table_word(table.words, map);
    const uint64_t words = table_word(table.words, map + 1);
    for (uint64_t i = 0; i < words && map + 2 + i < table.size; i++) {
        const uint32_t bits = table_word(table.words, map + 2 + i);
        for (uint32_t bit = 0; bit < 32; bit++) {
            const uint64_t offset = 4 * (32 * i + bit);
            if ((bits >> bit & 1) != 0 && offset < size) {
                visit(to, (uint32_t *)(frame - size + offset));
            }
        }
    }
}
