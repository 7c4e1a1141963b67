/* exit(2), exit_group(2). */
#include "wali/native/process/exit.h"
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/fork_section.h"

int64_t sys_exit(int32_t status)
{
    return thread_exit(status);
}

FORK_TEXT int64_t sys_exit_group(int32_t status)
{
    process_exit(status);
}
