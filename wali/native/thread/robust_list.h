/* The guest's robust futexes (get_robust_list(2)).  The kernel knows lists in its own 64-bit form
 * only, so the runtime walks the guest's 32-bit list, or copies it for the kernel. */
#ifndef WALI_THREAD_ROBUST_LIST_H
#define WALI_THREAD_ROBUST_LIST_H

#include "abi/guest.h"

#include <stddef.h>

struct wali_thread;

struct robust_state {
    uint32_t head; /* guest address of struct robust_list_head; 0 when unset (set_robust_list(2)) */
    /* A copy of the guest's list in the kernel's form. */
    void *copy; /* NULL: there is no copy */
    size_t bytes;
    void *before; /* list of the host's libc, registered before */
    size_t before_size;
};

/* Marks each lock of the list that the calling thread still holds with FUTEX_OWNER_DIED and wakes
 * one of its waiters, as the kernel does when a thread ends.  `head` may be 0. */
void robust_list_end(gaddr_t head) __attribute__((visibility("hidden")));

/* Registers a copy of the guest's list, so that the kernel releases the locks if the thread ends or
 * executes another program.  take_back() registers the list of the host's libc again.  Both must be
 * called by the thread itself, and are async-signal-safe. */
void robust_list_hand_over(struct wali_thread *self) __attribute__((visibility("hidden")));
void robust_list_take_back(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Called in a forked child, for whose thread the kernel has no list registered. */
void robust_list_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
