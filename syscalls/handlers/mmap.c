/* mmap(2) and related calls, which the memory manager answers. */
#include "syscalls/_generated/handlers.h"
#include "wali/native/memory/limits.h"
#include "wali/native/memory/map.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/remap.h"
#include "wali/native/thread/thread.h"

int64_t sys_mmap(gaddr_t addr, uint32_t length, int32_t prot, int32_t flags, int32_t fd, int64_t offset)
{
    return wali_memory_map(addr, length, prot, flags, fd, offset);
}

int64_t sys_munmap(gaddr_t addr, uint32_t length)
{
    return wali_memory_unmap(addr, length);
}

/* By the first call libc takes the access to page 0 away, if the first thread's stack is first in
 * memory and so ends at the stack pointer's place. */
int64_t sys_mprotect(gaddr_t addr, uint32_t size, int32_t prot)
{
    const bool before = addr.v != 0 || wali_memory_page_zero_is_closed();
    const int64_t result = wali_memory_protect(addr, size, prot);
    if (!before && wali_memory_page_zero_is_closed()) {
        limits_set_stack(stack_pointer_get(wali_self));
    }
    return result;
}

int64_t sys_mremap(gaddr_t old_address, uint32_t old_size, uint32_t new_size, int32_t flags,
                   gaddr_t new_address)
{
    return wali_memory_move(old_address, old_size, new_size, flags, new_address);
}

int64_t sys_remap_file_pages(gaddr_t addr, uint32_t size, int32_t prot, uint32_t pgoff, int32_t flags)
{
    return wali_memory_remap_file(addr, size, prot, pgoff, flags);
}

/* A guest has no break.  Its allocator uses mmap when brk(2) fails. */
int64_t sys_brk(gaddr_t addr)
{
    (void)addr;
    return 0;
}
