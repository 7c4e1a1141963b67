/* The loader relocates some hundred pages of pointers in the engine's library and makes them
 * read-only (PT_GNU_RELRO, elf(5)).  They are private pages: each fork copies their page table
 * entries one by one, and the end of the child releases them again, which takes 6 us of 155.
 * Entries of shared memory are not copied: a child maps what it needs by a fault or two. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/library_pages.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/engine/engine.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* The exchange takes as long as it saves in this many forks. */
#define ENOUGH_FORKS 16

static uint32_t forks FORK_DATA;

/* Replaces pages by shared memory of the same contents.  Another thread may read the pages
 * meanwhile: mremap(2) replaces them in one step, and a read in between waits in the kernel. */
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
    if (mincore(start, 1, &resident) != 0) { /* mremap failed after it had unmapped the old pages */
        guest_abort("no memory for the engine's constants");
    }
}

static void exchange_of_engine(void)
{
    size_t count;
    const ElfW(Phdr) *segments = engine_segments(&count);
    for (size_t i = 0; i < count; i++) {
        if (segments[i].p_type == PT_GNU_RELRO) {
            const uintptr_t page = 4096;
            const uintptr_t first = segments[i].p_vaddr & ~(page - 1); /* as the loader rounds */
            const uintptr_t end = (segments[i].p_vaddr + segments[i].p_memsz) & ~(page - 1);
            exchange(engine.library + first, end - first);
        }
    }
}

FORK_TEXT void library_pages_before_fork(void)
{
    if (forks < ENOUGH_FORKS && ++forks == ENOUGH_FORKS) {
        exchange_of_engine();
    }
}
