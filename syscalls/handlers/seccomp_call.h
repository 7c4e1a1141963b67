/* PR_SET_SECCOMP and PR_GET_SECCOMP. */
#ifndef WALI_SECCOMP_CALL_H
#define WALI_SECCOMP_CALL_H

#include <stdint.h>

int64_t seccomp_by_prctl(uint64_t mode, uint64_t filter) __attribute__((visibility("hidden")));
int64_t seccomp_tell_mode(void) __attribute__((visibility("hidden")));

#endif
