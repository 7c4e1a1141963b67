/* What the options of a sandbox come to. */
#ifndef WALI_SANDBOX_PLAN_H
#define WALI_SANDBOX_PLAN_H

#include "wali/native/base/error.h"
#include "wali/native/sandbox/plan_parts.h"

/* Makes the plan of a process that is a program of WASI, or none.  0, or -1 with *error set. */
int plan_make(const wali_config *config, bool is_wasi, struct sandbox_plan *plan, wali_error *error)
    __attribute__((visibility("hidden")));

#endif
