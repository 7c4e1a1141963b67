/* Limits of what the process and those that it makes may take: setrlimit(2). */
#ifndef WALI_SANDBOX_CONSUMPTION_H
#define WALI_SANDBOX_CONSUMPTION_H

#include "wali/native/base/error.h"
#include "wali/native/process/settings.h"

/* Lowers the limits that the options name.  0, or -1 with *error set. */
int consumption_limit(const wali_config *config, wali_error *error) __attribute__((visibility("hidden")));

#endif
