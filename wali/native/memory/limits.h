/* RLIMIT_AS and RLIMIT_DATA of the guest (getrlimit(2)).
 *
 * The kernel would count the runtime's reservation, code and stacks as well.  So these two limits
 * are kept and enforced here, on the guest's pages alone, and the kernel's own are raised as far as
 * they go.  A native program that the guest executes gets the guest's as the kernel's.
 *
 * Once the guest runs, the caller holds wali_memory_lock. */
#ifndef WALI_MEMORY_LIMITS_H
#define WALI_MEMORY_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* What a process has of its own.  Sizes are bytes, but for those in pages. */
struct process_limits {
    struct rlimit guest[2];  /* RLIMIT_AS, RLIMIT_DATA */
    struct rlimit kernel[2]; /* as they were left; another value is another process's doing */
    uint64_t most[2];        /* pages, by the guest's soft limits */
};

/* Takes over the limits that the process was started with, or those that the program before it has
 * handed on (`text`, not NULL), and raises the kernel's.  Called once, before anything that takes
 * much memory. */
void limits_begin(const char *text) __attribute__((visibility("hidden")));
/* Whether the kernel allows too few addresses for guest memory's reservation beside what the host
 * needs, so that none may be mapped. */
bool limits_are_tight(void) __attribute__((visibility("hidden")));
/* Whether the kernel limits what the process may map. */
bool limits_bind_host(void) __attribute__((visibility("hidden")));
/* Whether the host can map so many bytes, and some MiB beside them for the small allocations of
 * libraries that end the process when they fail.  Costs nothing where the kernel has no limit. */
bool limits_host_has_room(uint64_t bytes) __attribute__((visibility("hidden")));
/* Puts the kernel's limits back to those that the process was started with.  Nothing to do where
 * limits_begin has not been called. */
void limits_give_back(void) __attribute__((visibility("hidden")));

/* Whether a resource is one of the two. */
static inline bool limits_have(int resource)
{
    return resource == RLIMIT_AS || resource == RLIMIT_DATA;
}

/* prlimit(2) of one of the two, for this process: 0 or -errno.  `wanted` and `old` may be NULL. */
int64_t limits_exchange(int resource, const struct rlimit *wanted, struct rlimit *old)
    __attribute__((visibility("hidden")));

/* Whether so many more pages of all, and of data, may be mapped. */
bool limits_allow(uint64_t pages, uint64_t data_pages) __attribute__((visibility("hidden")));
/* Whether the kernel's limits had been lowered from outside of the process (prlimit(2)).  They are
 * then the guest's, and the kernel's are raised again. */
bool limits_adopt(void) __attribute__((visibility("hidden")));

/* Says that the first thread's stack, `bytes` long, is a part of the guest's first pages.  As
 * natively it is no data, and what it has not grown to does not count. */
void limits_set_stack(uint64_t bytes) __attribute__((visibility("hidden")));

#define LIMITS_TEXT 96 /* bytes */
/* The limits for limits_begin in the next program.  False if it finds them by itself. */
bool limits_text(char text[LIMITS_TEXT]) __attribute__((visibility("hidden")));
/* Makes the guest's limits the kernel's, for a native program, and takes that back if the program
 * has not started.  What `hard` lowers cannot be raised again without CAP_SYS_RESOURCE. */
void limits_apply(bool hard) __attribute__((visibility("hidden")));
void limits_take_back(void) __attribute__((visibility("hidden")));
/* Whether limits_apply(true) would lower a hard limit. */
bool limits_lower_hard(void) __attribute__((visibility("hidden")));

/* A process that runs in its parent's memory, as this thread, has limits of its own in `own`: a copy,
 * at first.  limits_return: the thread is the parent's again.  limits_settle: the memory is the
 * process's by now. */
void limits_borrow(struct process_limits *own) __attribute__((visibility("hidden")));
void limits_return(void) __attribute__((visibility("hidden")));
void limits_settle(void) __attribute__((visibility("hidden")));

#endif
