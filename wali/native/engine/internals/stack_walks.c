/* Code reaches the engine's functions by others of the image that begin with NAME.  There is one for
 * each that the code calls; they are the last symbols but those of the module's start, and names of
 * the module's own functions begin otherwise.  What contradicts that is taken for a walk. */
#include "wali/native/engine/internals/stack_walks.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/image.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define START "module_start["
#define NAME "wasmtime_builtin_"
/* Those that walk, or throw: gc_alloc_raw and its like, throw_ref. */
static const char *const walking[] = {NAME "gc_", NAME "array_", NAME "throw"};

static bool begins_with(const char *name, const char *beginning)
{
    return strncmp(name, beginning, strlen(beginning)) == 0;
}

static bool walks(const char *name)
{
    for (size_t i = 0; i < sizeof walking / sizeof walking[0]; i++) {
        if (begins_with(name, walking[i])) {
            return true;
        }
    }
    return false;
}

bool stack_is_never_walked(void)
{
    const Elf64_Shdr *table = image_section(".symtab"), *names = image_section(".strtab");
    if (table == NULL || names == NULL || image_section(".wasmtime.stackmap") != NULL) {
        return false;
    }
    const Elf64_Sym *symbols = (const void *)(guest_code.start + table->sh_offset);
    const char *text = (const char *)(guest_code.start + names->sh_offset);
    for (uint64_t i = table->sh_size / sizeof *symbols; i-- > 0;) {
        const char *name = text + symbols[i].st_name;
        if (walks(name)) {
            return false;
        }
        if (!begins_with(name, START) && !begins_with(name, NAME)) {
            break;
        }
    }
    return true;
}
