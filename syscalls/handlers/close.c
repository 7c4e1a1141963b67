/* close(2), dup2(2), dup3(2), close_range(2), unshare(2): the kernel's, but that a descriptor which
 * another thread has pinned (wali/native/thread/fd_use.h) is none yet.  To the kernel itself a
 * number that an open in progress will give out is neither open nor free. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"
#include "wali/native/thread/fd_use.h"
#include "wali/native/thread/thread.h"

#include <linux/close_range.h>
#include <sched.h>

int64_t sys_close(int32_t fd)
{
    if (!threads_are_several()) {
        return KERNEL_WAIT(close, fd);
    }
    if (!fd_replace_begin((uint32_t)fd)) {
        return -EBADF;
    }
    const int64_t result = KERNEL_WAIT(close, fd);
    fd_replace_end();
    return result;
}

int64_t sys_dup3(int32_t oldfd, int32_t newfd, uint32_t flags)
{
    if (!threads_are_several()) {
        return KERNEL_WAIT(dup3, oldfd, newfd, flags);
    }
    if (!fd_replace_begin((uint32_t)newfd)) {
        return -EBUSY;
    }
    const int64_t result = KERNEL_WAIT(dup3, oldfd, newfd, flags);
    fd_replace_end();
    return result;
}

int64_t sys_dup2(int32_t oldfd, int32_t newfd)
{
    if (!threads_are_several()) {
        return KERNEL_WAIT(dup2, oldfd, newfd);
    }
    if (!fd_replace_begin((uint32_t)newfd)) {
        return -EBUSY;
    }
    const int64_t result = KERNEL_WAIT(dup2, oldfd, newfd);
    fd_replace_end();
    return result;
}

/* The kernel looks at the range before it closes anything, so an empty part of it may be left out. */
static int64_t close_between(uint32_t first, uint32_t last, uint32_t flags)
{
    uint32_t pinned;
    while (first <= last && pin_find(first, last, wali_self->fds.table, &pinned)) {
        const int64_t failure = pinned > first ? KERNEL_NR(SYS_close_range, first, pinned - 1, flags) : 0;
        if (failure < 0 || pinned == last) {
            return failure;
        }
        first = pinned + 1;
    }
    return KERNEL_WAIT_NR(SYS_close_range, first, last, flags);
}

int64_t sys_close_range(uint32_t first, uint32_t last, uint32_t flags)
{
    if (!threads_are_several() || flags == CLOSE_RANGE_CLOEXEC) {
        return KERNEL_WAIT_NR(SYS_close_range, first, last, flags);
    }
    if ((flags & CLOSE_RANGE_UNSHARE) != 0) { /* closes in a table that only this thread has */
        const int64_t result = KERNEL_WAIT_NR(SYS_close_range, first, last, flags);
        if (result == 0) {
            fd_table_is_own();
        }
        return result;
    }
    fd_replace_begin(FD_ANY);
    const int64_t result = close_between(first, last, flags);
    fd_replace_end();
    return result;
}

int64_t sys_unshare(uint32_t flags)
{
    const int64_t result = KERNEL_WAIT(unshare, flags);
    if (result == 0 && (flags & CLONE_FILES) != 0) {
        fd_table_is_own();
    }
    return result;
}
