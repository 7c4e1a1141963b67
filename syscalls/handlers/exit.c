/* exit(2), exit_group(2). */
#include "syscalls/_generated/handlers.h"
#include "wali/native/kernel.h"

/* The only thread, so its end is the process's. */
int64_t sys_exit(int32_t status)
{
    return KERNEL(exit_group, status);
}

int64_t sys_exit_group(int32_t status)
{
    return KERNEL(exit_group, status);
}
