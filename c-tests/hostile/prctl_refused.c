/* CALLS: prctl */
/* Options that would show or move the host's own memory, or trap the runtime's own calls. */
#include "check.h"

#include <sys/mman.h>

static long call(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    return RAW(SYS_prctl, option, a, b, c, d);
}

int main(void)
{
    static uint64_t words[64];
    unsigned long here = (unsigned long)(uintptr_t)words;
    ERR(call(22, 2, 0x7fff00000000, 0, 0), EFAULT);            /* PR_SET_SECCOMP */
    ERR(call(26, 2, 0, 0, 0), EINVAL);                         /* PR_SET_TSC */
    ERR(call(35, 1, 0x400000, 0, 0), EINVAL);                  /* PR_SET_MM */
    ERR(call(59, 1, 0, 0, 0), EINVAL);                         /* PR_SET_SYSCALL_USER_DISPATCH */
    ERR(call(65, 1, 0, 0, 0), EINVAL);                         /* PR_SET_MDWE */
    ERR(call(0x41555856, here, sizeof words, 0, 0), EINVAL);   /* PR_GET_AUXV */
    ERR(call(0x53564d41, 0, 0x7fff00000000, 4096, 0), EINVAL); /* PR_SET_VMA: beyond */
    ERR(call(0x53564d41, 0, 0xfffff000, 0x2000, 0), EINVAL);   /* over the end */
    ERR(call(16, 0x7fff00000000, 0, 0, 0), EFAULT);            /* PR_GET_NAME */
    ERR(call(15, 0x7fff00000000, 0, 0, 0), EFAULT);            /* PR_SET_NAME */
    ERR(call(40, 0x7fff00000000, 0, 0, 0), EFAULT);            /* PR_GET_TID_ADDRESS */

    /* This one answers a guest address, 4 bytes wide. */
    uint32_t found[2] = {0, 77};
    static int word;
    OK(RAW(SYS_set_tid_address, &word));
    IS(call(40, (unsigned long)(uintptr_t)found, 0, 0, 0), 0);
    CHECK(found[0] == (uintptr_t)&word && found[1] == 77);

    /* A name for the guest's own mapping may be known to the kernel or not. */
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long result = call(0x53564d41, 0, (unsigned long)(uintptr_t)page, 4096, (unsigned long)(uintptr_t)"name");
    CHECK(result == 0 || errno == EINVAL);
    return done();
}
