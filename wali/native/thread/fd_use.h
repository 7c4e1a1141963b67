/* What threads do to descriptor tables: they replace descriptors, or pin them against that
 * (files/pinned_fd.h). */
#ifndef WALI_THREAD_FD_USE_H
#define WALI_THREAD_FD_USE_H

#include "wali/native/files/pinned_fd.h"
#include "wali/native/thread/thread.h"

#define FD_ANY UINT32_MAX

/* Announces that the calling thread is about to close or replace the descriptor, or any (FD_ANY).
 * False if the descriptor is pinned, and nothing is announced then.  Costs no system call. */
static inline bool fd_replace_begin(uint32_t fd)
{
    struct wali_thread *const self = wali_self;
    uint32_t pinned;
    __atomic_store_n(&self->fds.replaces, fd == FD_ANY ? FD_ANY : fd + 1, __ATOMIC_SEQ_CST);
    if (fd == FD_ANY || !pin_find(fd, fd, self->fds.table, &pinned)) {
        return true;
    }
    __atomic_store_n(&self->fds.replaces, 0, __ATOMIC_RELEASE);
    return false;
}

static inline void fd_replace_end(void)
{
    __atomic_store_n(&wali_self->fds.replaces, 0, __ATOMIC_RELEASE);
}

/* Pins a descriptor of the calling thread's table.  NULL if some thread is about to replace it. */
struct pin *fd_pin(int64_t fd) __attribute__((visibility("hidden")));

/* Called before the calling thread gets a descriptor table of its own (unshare(2)). */
void fd_table_is_own(void) __attribute__((visibility("hidden")));

#endif
