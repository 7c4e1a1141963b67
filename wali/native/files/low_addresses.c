#define _GNU_SOURCE
#include "wali/native/files/low_addresses.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>

#define END (UINT64_C(1) << 32)
/* The usual vm.mmap_min_addr, below which nobody but root may map anything. */
#define FIRST (UINT64_C(1) << 16)

/* The lowest address in use, by /proc, or 0 if that cannot be read. */
static uint64_t lowest_by_proc(void)
{
    char line[32];
    const int64_t fd = real_proc_open("self/maps", O_RDONLY);
    const int64_t n = fd < 0 ? -1 : KERNEL(read, fd, line, sizeof line - 1);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    line[n < 0 ? 0 : n] = '\0';
    return strtoull(line, NULL, 16);
}

static bool has_page_zero(void)
{
    return (KERNEL(personality, 0xffffffff) & MMAP_PAGE_ZERO) != 0;
}

/* Asks for all of the addresses at once, which the kernel grants if none is in use; and gives them
 * back, for RLIMIT_AS counts them.  /proc/self/maps takes ten times as long, and only its first
 * line matters.  It is asked where the kernel says neither yes nor no: an old one, a small
 * RLIMIT_AS, a larger vm.mmap_min_addr. */
bool low_addresses_are_free(void)
{
#ifdef WALI_SANITIZED
    return true; /* the sanitizer's own memory begins at 2 GiB */
#endif
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    const int64_t at = KERNEL(mmap, FIRST, END - FIRST, PROT_NONE, flags, -1, 0);
    if (at == -EEXIST) {
        return false;
    }
    if (at < 0 && at >= -4095) {
        return lowest_by_proc() >= END;
    }
    KERNEL(munmap, at, END - FIRST);
    return at == (int64_t)FIRST ? !has_page_zero() : lowest_by_proc() >= END;
}
