/* The loader relocates some hundred pages of pointers in the engine's library and makes them
 * read-only (PT_GNU_RELRO, elf(5)).  They are private pages: each fork copies their page table
 * entries one by one, and the end of the child releases them again, which takes 6 us of 155.
 * Entries of a file's pages are not copied: a child maps what it needs by a fault or two. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/library_pages.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/engine.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

/* The exchange takes as long as it saves in this many forks. */
#define ENOUGH_FORKS 16

static uint32_t forks FORK_DATA;

/* A sealed memory file of these bytes, or -1.  Nobody can write to it any more, also not a guest
 * that may open /proc/self/map_files. */
static int sealed_copy(const char *start, size_t bytes)
{
    const int fd = memfd_create("wali-constants", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (fd >= 0 && (KERNEL(pwrite64, fd, start, bytes, 0) != (int64_t)bytes ||
                    KERNEL(fcntl, fd, F_ADD_SEALS, seals) < 0)) {
        KERNEL(close, fd);
        return -1;
    }
    return fd;
}

/* Replaces pages by those of a file with the same contents.  Private pages that are never written
 * are the file's own, and before Linux 6.7 a sealed file could be mapped in no other way.  A read
 * by another thread waits in the kernel until mmap(2) is done. */
static void exchange(char *start, size_t bytes)
{
    const int fd = sealed_copy(start, bytes);
    if (fd < 0) {
        return;
    }
    const void *const mapped = mmap(start, bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
    KERNEL(close, fd);
    unsigned char resident;
    if (mapped == MAP_FAILED && mincore(start, 1, &resident) != 0) { /* the old pages are gone */
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

/* Other threads could take hold of the file before it is sealed. */
FORK_TEXT void library_pages_before_fork(bool has_one_thread)
{
    if (forks < ENOUGH_FORKS) {
        forks++;
    }
    if (forks == ENOUGH_FORKS && has_one_thread) {
        forks++;
        exchange_of_engine();
    }
}
