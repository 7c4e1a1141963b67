/* CALLS: munmap, mprotect, msync, madvise, mincore, mlock, munlock, mmap */
/* Page 0 is no mapping of the program's, though a guest's memory begins there. */
#include "pages.h"

static char kept[3 * 4096] = "kept";

static void low(size_t bytes)
{
    unsigned char in[4];
    ERR(RAW(SYS_mprotect, 0, bytes, READ_WRITE), ENOMEM);
    ERR(RAW(SYS_mprotect, 0, bytes, PROT_NONE), ENOMEM);
    ERR(RAW(SYS_mprotect, 0, bytes, 0x40), EINVAL);
    ERR(RAW(SYS_mincore, 0, bytes, in), ENOMEM);
    ERR(RAW(SYS_mlock, 0, bytes), ENOMEM);
    ERR(RAW(SYS_munlock, 0, bytes), ENOMEM);
    ERR(RAW(SYS_mremap, 0, bytes, 2 * bytes, MREMAP_MAYMOVE, 0), EFAULT);
    OK(RAW(SYS_munmap, 0, bytes));
    TEXT(kept, "kept");
}

int main(void)
{
    const char local[] = "kept";
    low(PAGE);
    low(2 * PAGE);
    ERR(RAW(SYS_msync, 0, PAGE, MS_SYNC), ENOMEM);
    ERR(RAW(SYS_madvise, 0, PAGE, MADV_NORMAL), ENOMEM);
    ERR(RAW(SYS_madvise, 0, 16 * PAGE, MADV_DONTNEED), ENOMEM);
    TEXT(kept, "kept");
    CHECK(map_raw(NULL, PAGE, READ_WRITE, ANONYMOUS, -1, 0) != 0);
    memset(kept + 4, 'x', sizeof kept - 5);
    become_ordinary_user();
    ERR(map_raw(NULL, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0), EPERM);
    ERR(map_raw(NULL, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), EPERM);
    TEXT(local, "kept");
    CHECK(kept[4] == 'x' && kept[sizeof kept - 2] == 'x');
    return done();
}
