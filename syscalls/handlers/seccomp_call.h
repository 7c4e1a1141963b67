/* prctl(2)'s PR_SET_SECCOMP and PR_GET_SECCOMP, for the handler of prctl. */
#ifndef WALI_SECCOMP_CALL_H
#define WALI_SECCOMP_CALL_H

#include <stdint.h>

/* PR_SET_SECCOMP: `filter` is the guest's 64-bit argument.  0 or -errno. */
int64_t seccomp_prctl_set(uint64_t mode, uint64_t filter) __attribute__((visibility("hidden")));
/* PR_GET_SECCOMP: the calling thread's mode. */
int64_t seccomp_prctl_get(void) __attribute__((visibility("hidden")));

#endif
