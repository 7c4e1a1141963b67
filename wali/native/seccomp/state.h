/* A thread's part of seccomp. */
#ifndef WALI_SECCOMP_STATE_H
#define WALI_SECCOMP_STATE_H

#include <linux/seccomp.h>
#include <stdbool.h>

struct seccomp_filter;

/* si_code of a SIGSYS that a filter raised: SYS_SECCOMP (sigaction(2)), which some libcs lack. */
#define SIGSYS_BY_FILTER 1

/* What a thread has may become more at any time, by another thread. */
struct wali_seccomp {
    struct seccomp_filter *filter; /* the newest; NULL: none */
    bool in_tsync;                 /* others may give it filters; under the lock */
    bool drops_privileges;         /* no_new_privs is to be set: with filters that another thread gave */
    struct seccomp_data trapped;   /* the call that SIGSYS tells of */
};

#endif
