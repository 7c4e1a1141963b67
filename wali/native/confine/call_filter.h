/* Only the system calls that computing takes: seccomp(2). */
#ifndef WALI_CONFINE_CALL_FILTER_H
#define WALI_CONFINE_CALL_FILTER_H

#include <stdbool.h>

/* Forbids this process all other calls, which fail with EPERM from now on.  False if the kernel has no
 * such filters.  Needs no_new_privs. */
bool call_filter_apply(void) __attribute__((visibility("hidden")));

#endif
