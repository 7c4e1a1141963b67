/* seccomp(2) for the guest: its filters judge its calls, and never the runtime's.
 *
 * Until there is a filter in the process nothing of this is on the way of a call
 * (rebind.h).  Then all calls of all threads pass here first.  docs/SECCOMP.md. */
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

/* The numbers are those of x86-64, and so is the architecture that filters see. */
#define SECCOMP_ARCHITECTURE AUDIT_ARCH_X86_64

/* Younger than some hosts' headers. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif
#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1UL << 2)
#endif

/* More than there are calls; a multiple of 64. */
#define SECCOMP_NUMBERS 512

/* One filter, which never changes: in memory of the host's, and shared by all threads
 * that have it. */
struct seccomp_filter {
    struct seccomp_filter *older;
    uint32_t users; /* threads, and newer filters; under the lock */
    uint32_t flags; /* of seccomp(2), those that are the filter's own */
    uint32_t weight;
    uint32_t length;
    /* Calls that it and all older ones allow, whatever the arguments. */
    uint64_t allowed[SECCOMP_NUMBERS / 64];
    struct sock_filter program[];
};

/* Strict mode, in the place of a filter. */
extern struct seccomp_filter seccomp_strict __attribute__((visibility("hidden")));

/* Before anything of the guest's runs.  `judge` is the entry that calls take from the first
 * filter on; its environment is the call's row. */
void seccomp_begin(struct wali_thread *first, wali_entry_t judge) __attribute__((visibility("hidden")));
/* A filter that execve handed on; the oldest comes first.  False if there is none in the text,
 * or no room. */
bool seccomp_inherit(struct wali_thread *first, const char *text) __attribute__((visibility("hidden")));

/* A thread gets the filters of the one that starts it, before it runs, and returns them. */
void seccomp_thread_begin(struct wali_thread *self, struct wali_thread *thread)
    __attribute__((visibility("hidden")));
void seccomp_thread_end(struct wali_thread *thread) __attribute__((visibility("hidden")));

extern struct fork_lock seccomp_lock __attribute__((visibility("hidden")));
/* In a forked child. */
void seccomp_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));
/* Before a fork whose child cannot allocate. */
void seccomp_prepare_fork(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Whether any thread of the process has had filters. */
bool seccomp_is_used(void) __attribute__((visibility("hidden")));

/* seccomp(2), once its arguments are read: 0, a thread's id, or -errno.  The program
 * is sound. */
int64_t seccomp_set_strict(struct wali_thread *self) __attribute__((visibility("hidden")));
int64_t seccomp_add(struct wali_thread *self, const struct sock_filter *program, size_t length,
                    uint32_t flags) __attribute__((visibility("hidden")));
/* SECCOMP_MODE_ of it. */
int seccomp_mode(const struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
