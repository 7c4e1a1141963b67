#include "wali/native/engine/internals/image.h"

#include "wali/native/engine/code_range.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

const Elf64_Shdr *image_section(const char *name)
{
    const uint8_t *image = (const void *)guest_code.start;
    if (memcmp(image, ELFMAG, SELFMAG) != 0) {
        return NULL;
    }
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
