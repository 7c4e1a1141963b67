/* A child in its parent's memory, on its parent's stack: vfork(2), and clone(2) with CLONE_VM and
 * CLONE_VFORK.  The parent sleeps until the child executes another program or ends, and then finds
 * the core, the engine and the native stack as they were.  Guest memory is as the child left it. */
#ifndef WALI_PROCESS_BORROW_H
#define WALI_PROCESS_BORROW_H

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* A system call that makes the child, with host addresses; it takes effect on the kernel's side
 * alone.  The flags hold CLONE_VM and CLONE_VFORK, and neither a stack nor CLONE_SETTLS. */
struct clone_call {
    uint64_t number;
    uint64_t args[5];
};

/* Makes the child.  Its id in the parent, when that goes on; 0 in the child; -RESTART if a signal
 * came before; or -errno.  `clears`: CLONE_CLEAR_SIGHAND. */
int64_t borrow_clone(const struct clone_call *call, bool clears) __attribute__((visibility("hidden")));

/* False if the calling thread cannot have such a child, and the child must copy memory.  It may be
 * one itself: if it died, its own child and its parent would run on one stack. */
bool borrow_is_possible(void) __attribute__((visibility("hidden")));

/* In a process whose parent ran in another one's memory, and which has copied that memory: what the
 * parent had of its own becomes the process's. */
void borrow_settle(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
