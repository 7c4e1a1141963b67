/* personality(2): only what does not change what the runtime's own pages may do. */
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"

#include <sys/personality.h>

#define QUERY UINT32_C(0xffffffff)

/* What uname says, how addresses are chosen, and details of calls. Not
 * READ_IMPLIES_EXEC, which makes every page that the guest can write one that
 * the processor would execute, nor MMAP_PAGE_ZERO, which puts something where
 * the host's null pointers lead; and the domains of other systems' binaries
 * come with both. */
#define HARMLESS                                                                                             \
    (UINT32_C(0) | UNAME26 | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | ADDR_LIMIT_3GB | FDPIC_FUNCPTRS |      \
     SHORT_INODE | WHOLE_SECONDS | STICKY_TIMEOUTS)

int64_t sys_personality(uint32_t persona)
{
    const uint32_t domain = persona & PER_MASK;
    if (persona != QUERY &&
        ((persona & ~(HARMLESS | PER_MASK)) != 0 || (domain != PER_LINUX && domain != PER_LINUX32))) {
        return -EINVAL;
    }
    return KERNEL(personality, persona);
}
