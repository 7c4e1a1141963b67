/* personality(2): only what leaves the rights of the runtime's own pages as they are. */
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"

#include <sys/personality.h>

#define QUERY UINT32_C(0xffffffff)

/* Flags that change uname(2), how addresses are chosen, and details of calls.  READ_IMPLIES_EXEC is
 * refused: it makes every page executable that the guest can write.  So is MMAP_PAGE_ZERO, which
 * maps memory at the host's null pointer.  The domains of other systems' binaries imply both. */
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
