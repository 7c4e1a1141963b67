/* Filters of seccomp(2): which thread has which.  They judge the guest's calls, never the runtime's
 * own.
 *
 * Before the first filter of the process, calls go straight to their entries.  From then on all
 * calls of all threads go through the gate (rebind.h, docs/SECCOMP.md). */
#ifndef WALI_SECCOMP_FILTERS_H
#define WALI_SECCOMP_FILTERS_H

#include "wali/native/base/fork_lock.h"
#include "wali/native/engine/engine.h"
#include "wali/native/seccomp/bpf.h"

#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

struct wali_thread;

/* The architecture that filters see.  System call numbers are those of x86-64 as well. */
#define SECCOMP_ARCHITECTURE AUDIT_ARCH_X86_64

/* Missing in older kernel headers. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif
#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1UL << 2)
#endif

/* The size of a filter's bitmap: above all call numbers, and a multiple of 64. */
#define SECCOMP_NUMBERS 512

/* One filter.  Lies in host memory, never changes, and is shared by all threads that have it. */
struct seccomp_filter {
    struct seccomp_filter *older;
    uint32_t users;  /* threads and newer filters; under the lock */
    uint32_t flags;  /* flags of seccomp(2) that stay with the filter: LOG, SPEC_ALLOW */
    uint32_t weight; /* bpf_weight() of the program */
    uint32_t length; /* instructions */
    /* Bit n: this filter and all older ones allow call n, whatever the arguments. */
    uint64_t allowed[SECCOMP_NUMBERS / 64];
    struct sock_filter program[];
};

/* Stands for strict mode in wali_seccomp.filter. */
extern struct seccomp_filter seccomp_strict __attribute__((visibility("hidden")));

/* Called before any guest code runs.  `judge` is the entry that calls go through from the first
 * filter on; its environment is the call's row. */
void seccomp_begin(struct wali_thread *first, wali_entry_t judge) __attribute__((visibility("hidden")));
/* Installs a filter that execve handed on, as text (bpf_text.h).  Filters must come oldest first.
 * False if the text holds no sound program, or if the filter cannot be installed. */
bool seccomp_inherit(struct wali_thread *first, const char *text) __attribute__((visibility("hidden")));

/* seccomp_thread_begin() gives a new thread its parent's filters, before the thread runs.
 * seccomp_thread_end() releases the filters of a thread that ends. */
void seccomp_thread_begin(struct wali_thread *self, struct wali_thread *thread)
    __attribute__((visibility("hidden")));
void seccomp_thread_end(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Guards which thread has which filters. */
extern struct fork_lock seccomp_lock __attribute__((visibility("hidden")));
/* Called in a forked child: other threads' entries take no further part in TSYNC. */
void seccomp_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));
/* Called around the sleep of a thread in whose memory a child runs.  The child has the thread's
 * filters, and takes no part in TSYNC.  `stand_in` has the thread's place meanwhile; NULL if the
 * process has one thread.  `newest`: the thread's newest filter before. */
void seccomp_lend(struct wali_thread *self, struct wali_thread *stand_in)
    __attribute__((visibility("hidden")));
void seccomp_take_back(struct wali_thread *self, struct wali_thread *stand_in, struct seccomp_filter *newest)
    __attribute__((visibility("hidden")));
/* Called before a fork whose child must not allocate: prepares for filters that the child adds. */
void seccomp_prepare_fork(struct wali_thread *self) __attribute__((visibility("hidden")));

/* True if any thread of the process has ever had a filter or strict mode. */
bool seccomp_is_used(void) __attribute__((visibility("hidden")));

/* seccomp(2) and prctl(2), once their arguments are checked; the program must be sound.  0, a
 * thread's id where SECCOMP_FILTER_FLAG_TSYNC fails, or -errno. */
int64_t seccomp_set_strict(struct wali_thread *self) __attribute__((visibility("hidden")));
int64_t seccomp_add(struct wali_thread *self, const struct sock_filter *program, size_t length,
                    uint32_t flags) __attribute__((visibility("hidden")));
/* The thread's mode, SECCOMP_MODE_... */
int seccomp_mode(const struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
