/* seccomp(2) for the guest: its filters judge its calls, and never the runtime's.
 *
 * Until there is a filter in the process nothing of this is on the way of a call
 * (redirect.h).  Then all calls of all threads pass here first.  docs/SECCOMP.md. */
#ifndef WALI_SECCOMP_H
#define WALI_SECCOMP_H

#include "core.h"
#include "engine.h"
#include "fork_lock.h"
#include "seccomp_program.h"

#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

struct wali_thread;
struct wali_row;

#define SIGSYS_BY_FILTER 1 /* si_code; SYS_SECCOMP, for which glibc has an enumerator since 2.43 */

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

/* A thread's part.  What it has may become more at any time, by another thread. */
struct wali_seccomp {
    struct seccomp_filter *filter;          /* the newest; NULL: none */
    const struct seccomp_filter *judged_by; /* those that the call has passed which runs in this activation */
    bool takes_part;                        /* others may give it filters; under the lock */
    bool drops_privileges;       /* no_new_privs is to be set: with filters that another thread gave */
    struct seccomp_data trapped; /* the call that SIGSYS tells of */
    int64_t trapped_result;
};

/* Filters that execve handed on, before anything of the guest's runs.  0 or -1. */
int seccomp_begin(struct wali_thread *first, const wali_config *config, wali_error *error)
    __attribute__((visibility("hidden")));

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

/* What these filters say of a call: of the newest one that says the strictest. */
uint32_t seccomp_verdict(const struct seccomp_filter *newest, const struct seccomp_data *call)
    __attribute__((visibility("hidden")));

/* Whether the thread may make this call.  If not, *result is what it answers, or
 * *trap is set if the guest is to leave its frames; or this does not return. */
bool seccomp_passes(struct wali_thread *self, const struct seccomp_data *call, int64_t *result,
                    wasm_trap_t **trap) __attribute__((visibility("hidden")));
/* The same for a call of the table. */
bool seccomp_passes_row(struct wali_thread *self, const struct wali_row *row, wasmtime_val_raw_t *args,
                        wasm_trap_t **trap) __attribute__((visibility("hidden")));

/* Whether a call that a signal has interrupted was judged by all filters that the
 * thread has now: only then may it begin anew. */
static inline bool seccomp_is_judged(const struct wali_seccomp *seccomp)
{
    return seccomp->judged_by == __atomic_load_n(&seccomp->filter, __ATOMIC_SEQ_CST);
}

#endif
