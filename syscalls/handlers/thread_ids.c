/* set_tid_address(2), set_robust_list(2), get_robust_list(2): what is left to the kernel for the
 * end of a thread.  The kernel's own slots belong to the host's libc.  So the core keeps the
 * guest's, and acts on them when the guest's thread ends (process/exit.c). */
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"

FORK_TEXT int64_t sys_set_tid_address(gaddr_t word)
{
    struct wali_thread *const self = wali_self;
    if (thread_borrows(self)) { /* the slot is not libc's: the kernel has given it to the new process */
        return KERNEL(set_tid_address, host_pointer(word, sizeof(int32_t)));
    }
    self->clear_child_tid = word.v;
    return self->tid;
}

int64_t sys_set_robust_list(gaddr_t head, uint32_t size)
{
    if (size != sizeof(struct wali_robust_list)) {
        return -EINVAL;
    }
    __atomic_store_n(&wali_self->robust.head, head.v, __ATOMIC_SEQ_CST);
    stop_threads_obey(wali_self);
    return 0;
}

int64_t sys_get_robust_list(int32_t tid, gaddr_t head_to, gaddr_t size_to)
{
    if (tid != 0 && tid != KERNEL(gettid)) {
        /* The kernel knows whether the thread exists and may be asked about.  But its answer would
         * be an address of the host. */
        uint64_t head;
        uint64_t size;
        int64_t result = KERNEL(get_robust_list, tid, &head, &size);
        return result < 0 ? result : -EPERM;
    }
    const uint32_t size = sizeof(struct wali_robust_list);
    if (!copy_out(size_to, &size, sizeof size) ||
        !copy_out(head_to, &wali_self->robust.head, sizeof wali_self->robust.head)) {
        return -EFAULT;
    }
    return 0;
}
