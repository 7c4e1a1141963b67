#include "wali/native/process/first_stack.h"

#include "abi/guest.h"
#include "wali/native/base/kernel.h"

#include <sys/resource.h>

#define SMALLEST (UINT64_C(64) << 10)
/* A quarter of the guest's addresses: also what "unlimited" means, for the guest needs the rest. */
#define LARGEST (UINT64_C(1) << 30)

static uint64_t size;

uint64_t first_stack_begin(void)
{
    struct rlimit limit = {.rlim_cur = 8 << 20};
    KERNEL(prlimit64, 0, RLIMIT_STACK, NULL, &limit);
    size = limit.rlim_cur > LARGEST ? LARGEST : limit.rlim_cur;
    size = size < SMALLEST ? SMALLEST : size & ~(uint64_t)(GUEST_PAGE - 1);
    return size;
}

uint64_t first_stack_size(void)
{
    return size;
}
