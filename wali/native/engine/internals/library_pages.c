/* The loader writes some hundred pages of pointers into the engine's library, and
 * makes them read-only (PT_GNU_RELRO, elf(5)).  To the kernel they are private
 * pages like others: each fork copies their entries one by one, each end of a child
 * takes them down again, 6 us of 155.  Shared memory of the same contents is not
 * copied: a child finds what it needs of it by a fault or two. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/library_pages.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/engine/engine.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* The exchange takes as long as it saves of so many forks. */
#define ENOUGH_FORKS 16

static uint32_t forks FORK_DATA;

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
