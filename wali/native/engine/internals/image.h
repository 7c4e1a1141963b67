/* The image of compiled code, which is an ELF file in memory. */
#ifndef WALI_ENGINE_INTERNALS_IMAGE_H
#define WALI_ENGINE_INTERNALS_IMAGE_H

#include <elf.h>

/* The header of a section of the guest's code; NULL if there is none, or the image is no ELF file.
 * Async-signal-safe. */
const Elf64_Shdr *image_section(const char *name) __attribute__((visibility("hidden")));

#endif
