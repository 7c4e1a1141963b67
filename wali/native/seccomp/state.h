/* A thread's part of seccomp. */
#ifndef WALI_SECCOMP_STATE_H
#define WALI_SECCOMP_STATE_H

#include <linux/seccomp.h>
#include <stdbool.h>

struct seccomp_filter;

/* si_code of a SIGSYS that a filter raised: SYS_SECCOMP (sigaction(2)), which some libcs lack. */
#define SIGSYS_BY_FILTER 1

/* Another thread may add filters at any time, by SECCOMP_FILTER_FLAG_TSYNC. */
struct wali_seccomp {
    struct seccomp_filter *filter; /* the newest; NULL: none */
    bool in_tsync;                 /* TSYNC reaches this thread; under the lock */
    bool must_set_no_new_privs;    /* filters came by TSYNC from a thread with no_new_privs */
    struct seccomp_data trapped;   /* the call that the latest SIGSYS reports */
};

#endif
