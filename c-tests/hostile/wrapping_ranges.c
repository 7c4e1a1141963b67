/* Ranges that reach the end of the address space, or go round it. */
#include "check.h"

#include <sys/mman.h>

#define TOP 0xfffff000LL
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
    unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    long long at = (uintptr_t)page;
    page[0] = 1;

    ERR(RAW(SYS_munmap, at, 0xffffffff), EINVAL);
    ERR(RAW(SYS_munmap, TOP, 0x2000), EINVAL);
    ERR(RAW(SYS_munmap, 0x1000, 0xffffffff), EINVAL);
    ERR(RAW(SYS_munmap, 0xffffffff, 1), EINVAL);
    ERR(RAW(SYS_munmap, TOP, 0x1000), EINVAL); /* wraps, as long as nothing is mapped there */

    ERR(RAW(SYS_mprotect, TOP, 0x2000, PROT_READ), ENOMEM);
    ERR(RAW(SYS_mprotect, at, 0xffffffff, PROT_READ), ENOMEM);
    ERR(RAW(SYS_madvise, TOP, 0x2000, MADV_DONTNEED), EINVAL);
    ERR(RAW(SYS_madvise, at, 0xffffffff, MADV_DONTNEED), EINVAL);
    ERR(RAW(SYS_msync, TOP, 0x2000, MS_SYNC), ENOMEM);
    ERR(RAW(SYS_mlock, TOP, 0x2000), EINVAL);
    ERR(RAW(SYS_munlock, 0xffffffff, 0xffffffff), EINVAL);
    ERR(RAW(SYS_mincore, TOP, 0x2000, page), ENOMEM);
    ERR(RAW(SYS_remap_file_pages, TOP, 0x2000, 0, 0, 0), EINVAL);
    ERR(RAW(SYS_remap_file_pages, TOP, 0x1000, 0, 0, 0), EINVAL);

    ERR(RAW(SYS_mremap, TOP, 0x2000, 0x1000, MREMAP_MAYMOVE, 0), EFAULT);
    ERR(RAW(SYS_mremap, at, 0x1000, 0xffffffff, MREMAP_MAYMOVE, 0), EINVAL);
    ERR(RAW(SYS_mremap, at, 0x1000, 0x2000, MREMAP_MAYMOVE | MREMAP_FIXED, TOP), EINVAL);
    ERR(RAW(SYS_mremap, at, 0xfffff000, 0x1000, 0, 0), EINVAL);
    ERR(RAW(SYS_mremap, at, 0xffffffff, 0xffffffff, MREMAP_MAYMOVE, 0), EINVAL);

    ERR(RAW(SYS_mmap, 0, 0xfffff000, PROT_READ, ANONYMOUS | MAP_NORESERVE, -1, 0), ENOMEM);
    ERR(RAW(SYS_mmap, 0, 0xffffffff, PROT_READ, ANONYMOUS | MAP_NORESERVE, -1, 0), ENOMEM);
    ERR(RAW(SYS_mmap, TOP, 0x2000, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0), ENOMEM);
    ERR(RAW(SYS_mmap, 0x10000, 0xffffffff, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0), ENOMEM);
    ERR(RAW(SYS_mmap, at, 0xffffffff, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), ENOMEM);
    IS(RAW(SYS_mmap, TOP, 0x1000, PROT_READ | PROT_WRITE, ANONYMOUS | MAP_FIXED, -1, 0), TOP);
    *(volatile unsigned char *)0xffffffff = 9;
    CHECK(*(volatile unsigned char *)0xffffffff == 9);
    OK(RAW(SYS_mprotect, TOP, 0x1000, PROT_READ));
    OK(RAW(SYS_madvise, TOP, 0x1000, MADV_DONTNEED));
    CHECK(mmap((void *)TOP, 0x2000, PROT_READ, ANONYMOUS, -1, 0) !=
          (void *)TOP); /* a hint that does not fit */

    ERR(RAW(SYS_shmat, -1, TOP, 0), EINVAL);
    ERR(RAW(SYS_shmdt, TOP), EINVAL);
    ERR(RAW(SYS_shmdt, 0xffffffff), EINVAL);
    CHECK(page[0] == 1);
    return done();
}
