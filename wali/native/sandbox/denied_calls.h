/* Calls that the user denies: --deny and --allow.  They become a filter of seccomp(2) of the guest's own,
 * which is asked before the first call, and which all that the guest executes inherits. */
#ifndef WALI_SANDBOX_DENIED_CALLS_H
#define WALI_SANDBOX_DENIED_CALLS_H

#include "wali/native/base/error.h"
#include "wali/native/process/settings.h"

struct wali_thread;

/* Gives the first thread the filter, after those that it has inherited.  0, or -1 with *error set. */
int denied_calls_apply(const wali_config *config, struct wali_thread *first, wali_error *error)
    __attribute__((visibility("hidden")));

#endif
