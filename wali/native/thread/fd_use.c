#include "wali/native/thread/fd_use.h"

#include "wali/native/thread/thread_list.h"

#include <stdatomic.h>
#include <stddef.h>

static atomic_uint tables; /* how many have been made by unshare(2) */

struct pin *fd_pin(int64_t fd)
{
    struct pin *const pin = pin_publish(fd, wali_self->fds.table);
    if (pin == NULL) {
        return NULL;
    }
    for (const struct wali_thread *thread = thread_list(); thread != NULL; thread = thread->next) {
        const uint32_t replaces = __atomic_load_n(&thread->fds.replaces, __ATOMIC_SEQ_CST);
        if (replaces == FD_ANY || replaces == (uint64_t)fd + 1) {
            pin_remove(pin);
            return NULL;
        }
    }
    return pin;
}

void fd_table_is_own(void)
{
    wali_self->fds.table = atomic_fetch_add(&tables, 1) + 1;
}
