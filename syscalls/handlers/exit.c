/* exit(2), exit_group(2). */
#include "syscalls/_generated/handlers.h"
#include "wali/native/kernel.h"
#include "wali/native/threads.h"
#include "wali/native/together.h"

int64_t sys_exit(int32_t status)
{
    return thread_exit(status);
}

RUN_BY_FORKS int64_t sys_exit_group(int32_t status)
{
    process_exit(status);
}
