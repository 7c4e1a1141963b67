/* Opening a file in a helper, where no other thread of the guest can use the descriptor before it
 * has been checked. */
#ifndef WALI_OPEN_APART_H
#define WALI_OPEN_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_HANDED 253 /* descriptors in one message (SCM_MAX_FD of the kernel) */

/* Descriptors that a helper hands over: numbers there, and then here. */
struct handed {
    size_t count;
    int fds[MOST_HANDED];
};

/* What the helper runs: a function that returns the descriptor, or -errno.  Of the descriptors that
 * the helper has, the function may close all but `needed`, over which the result is sent. */
struct opening {
    int64_t (*open)(const void *what, int needed);
    const void *what;
    bool close_on_exec;
    bool as_thread;
    struct handed *handed; /* unless NULL, what open() hands over: its result is no descriptor */
};

/* Runs `opening` in a helper, and returns the descriptor that it sends, or -errno.  The helper is a
 * process of its own, or a thread, on this memory.  It has the paths and rights of the calling
 * thread, and a copy of the descriptors.  `open` may use raw system calls and its stack, nothing
 * more.  A helper process is awaited by KERNEL_WAIT, and a signal ends it.  Nothing ends a helper
 * thread early, so `open` should not wait there. */
int64_t open_apart(const struct opening *opening) __attribute__((visibility("hidden")));

#endif
