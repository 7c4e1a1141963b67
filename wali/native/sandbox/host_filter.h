/* The filter of the kernel's for a confined process, which holds for the guest, the runtime and native
 * programs alike (seccomp(2)).  It is made from the sets of syscalls/closed.py. */
#ifndef WALI_SANDBOX_HOST_FILTER_H
#define WALI_SANDBOX_HOST_FILTER_H

#include "wali/native/sandbox/plan_parts.h"

/* Gives the process the filter that the plan asks for, if any.  False if the kernel refuses it.  Needs
 * no_new_privs, and comes last: what it refuses the sandbox itself needs. */
bool host_filter_apply(const struct sandbox_plan *plan) __attribute__((visibility("hidden")));

#endif
