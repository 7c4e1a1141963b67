/* What a process has of its own that runs in its parent's memory (process/borrow.h): a vfork's child.
 * It is one thread.  All else of the core's state is its parent's, whose other threads run on. */
#ifndef WALI_THREAD_BORROWED_H
#define WALI_THREAD_BORROWED_H

#include "wali/native/memory/limits.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct borrowed {
    struct action_table actions;
    struct process_held held;
    struct process_limits limits;
    uint32_t loan;     /* of locks, while a child of this child copies memory; else 0 */
    int32_t *libc_tid; /* where the host's libc keeps the thread's id */
    /* The id of a second thread, which executes a native program for this one; else 0.  The kernel
     * writes it before the thread runs, and clears it at its end. */
    int32_t apart;
    /* Host memory for the child's calls, which its parent frees. */
    char *scratch, *scratch_end;
};

/* True in a process that runs in its parent's memory.  `self` is NULL in a thread without a
 * guest. */
static inline bool thread_borrows(const struct wali_thread *self)
{
    return self != NULL && self->borrowed != NULL;
}

#endif
