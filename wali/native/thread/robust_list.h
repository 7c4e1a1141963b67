/* The guest's robust futexes (get_robust_list(2)). */
#ifndef WALI_THREAD_ROBUST_LIST_H
#define WALI_THREAD_ROBUST_LIST_H

#include "abi/guest.h"

#include <stddef.h>

struct wali_thread;

struct robust_state {
    uint32_t head; /* guest address of struct robust_list_head; 0 when unset (set_robust_list(2)) */
    /* A copy of the list in the kernel's own form. */
    void *copy; /* NULL: there is none */
    size_t bytes;
    void *before; /* what the host's libc had made known */
    size_t before_size;
};

/* Marks the locks that the calling thread still holds as their owner's death,
 * and wakes a waiter of each, as the kernel does when a thread ends. */
void robust_list_end(gaddr_t head) __attribute__((visibility("hidden")));

/* Lets the kernel do that, should the thread end or execute another program; and
 * takes it back because it goes on.  By the thread itself; it may have been
 * interrupted anywhere. */
void robust_list_hand_over(struct wali_thread *self) __attribute__((visibility("hidden")));
void robust_list_take_back(struct wali_thread *self) __attribute__((visibility("hidden")));

/* In a forked child, whose thread has no list any more. */
void robust_list_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
