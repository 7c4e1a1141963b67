/* The loader writes some hundred pages of pointers into the engine's library, and
 * makes them read-only (PT_GNU_RELRO, elf(5)).  To the kernel they are private
 * pages like others: each fork copies their entries one by one, each end of a child
 * takes them down again, 6 us of 155.  Shared memory of the same contents is not
 * copied: a child finds what it needs of it by a fault or two. */
#define _GNU_SOURCE
#include "relro.h"

#include "engine.h"
#include "together.h"
#include "trap.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The exchange takes as long as it saves of so many forks. */
#define ENOUGH_FORKS 16

static uint32_t forks WRITTEN_BY_FORKS;

static bool holds(const struct dl_phdr_info *library, uintptr_t address)
{
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && address - (library->dlpi_addr + part->p_vaddr) < part->p_memsz) {
            return true;
        }
    }
    return false;
}

/* Whoever reads there meanwhile, in another thread, waits in the kernel for the
 * new memory: mremap takes the old away and puts it there in one step. */
static void exchange(char *start, size_t bytes)
{
    void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return;
    }
    memcpy(shared, start, bytes);
    if (mprotect(shared, bytes, PROT_READ) == 0 &&
        mremap(shared, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, start) != MAP_FAILED) {
        return;
    }
    munmap(shared, bytes);
    unsigned char resident;
    if (mincore(start, 1, &resident) != 0) { /* the kernel had no memory left, half way */
        guest_abort("no memory for the engine's constants");
    }
}

static int exchange_of_engine(struct dl_phdr_info *library, size_t size, void *unused)
{
    (void)size, (void)unused;
    if (!holds(library, (uintptr_t)engine.wasm_engine_new_with_config)) {
        return 0;
    }
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type == PT_GNU_RELRO) {
            const uintptr_t start = library->dlpi_addr + part->p_vaddr, page = 4096;
            const uintptr_t first = start & ~(page - 1); /* as the loader rounds */
            const uintptr_t end = (start + part->p_memsz) & ~(page - 1);
            exchange((char *)first, end - first);
        }
    }
    return 1;
}

RUN_BY_FORKS void relro_before_fork(void)
{
    if (forks < ENOUGH_FORKS && ++forks == ENOUGH_FORKS) {
        dl_iterate_phdr(exchange_of_engine, NULL);
    }
}
