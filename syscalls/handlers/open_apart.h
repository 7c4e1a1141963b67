/* Opening where no other thread of the guest's can use the descriptor. */
#ifndef WALI_OPEN_APART_H
#define WALI_OPEN_APART_H

#include <stdbool.h>
#include <stdint.h>

/* What is opened: a function that answers the descriptor, or -errno.  Of the others it
 * may close all but the one that is needed to hand it over. */
struct opening {
    int64_t (*open)(const void *what, int needed);
    const void *what;
    bool close_on_exec;
    bool as_thread;
};

/* Runs it in a process of its own, or a thread, on this memory, with the paths and
 * rights of the thread that calls, and a copy of its descriptors; what it answers is
 * handed over.  It may use raw system calls and what is on its stack, no more.  A
 * process can be waited for by KERNEL_WAIT, and is; a thread ends by itself only. */
int64_t open_apart(const struct opening *opening) __attribute__((visibility("hidden")));

#endif
