/* A function's code begins so, and nothing but the flags and r10 is written before the trap:
 *
 *     push %rbp; mov %rsp, %rbp; mov 8(%rdi), %r10; mov 0x18(%r10), %r10; add $frame, %r10
 *     cmp %rsp, %r10; ja trap
 *
 * Where functions begin stands in the image's table of symbols, which the engine writes in the order
 * of addresses.  The names there are the module's, the addresses are not.  What contradicts either
 * yields 0: no constant of a module's can imitate the beginning of a function. */
#include "wali/native/engine/internals/stack_check.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/image.h"
#include "wali/native/engine/internals/trap_table.h"

#include <elf.h>
#include <string.h>

static const uint8_t BEGIN[] = {0x55, 0x48, 0x89, 0xe5, 0x4c, 0x8b, 0x57, 0x08, 0x4d, 0x8b, 0x52, 0x18};
#define CHECK_OFFSET 4 /* of the loads, which are done again */

/* The symbol of the function that has this offset in the code, or NULL. */
static const Elf64_Sym *find_function(const Elf64_Sym *symbols, uint64_t count, uint64_t offset)
{
    uint64_t low = 1, high = count; /* the first is none */
    while (low + 1 < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (symbols[middle].st_value <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low < count && offset - symbols[low].st_value < symbols[low].st_size ? &symbols[low] : NULL;
}

uintptr_t stack_check_of_trap(uintptr_t pc)
{
    if (trap_code_at(pc) != TRAP_STACK_OVERFLOW) {
        return 0;
    }
    const uint8_t *image = (const void *)guest_code.start;
    const Elf64_Shdr *text = image_section(".text");
    const Elf64_Shdr *table = image_section(".symtab");
    if (text == NULL || table == NULL) {
        return 0;
    }
    const Elf64_Sym *function =
        find_function((const void *)(image + table->sh_offset), table->sh_size / sizeof(Elf64_Sym),
                      pc - (uintptr_t)image - text->sh_offset);
    if (function == NULL || function->st_size < sizeof BEGIN ||
        ELF64_ST_TYPE(function->st_info) != STT_FUNC) {
        return 0;
    }
    const uint8_t *code = image + text->sh_offset + function->st_value;
    return memcmp(code, BEGIN, sizeof BEGIN) == 0 ? (uintptr_t)code + CHECK_OFFSET : 0;
}
