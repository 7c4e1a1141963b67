/* The start of a guest, from compiled code to running code. */
#ifndef WALI_START_RUN_H
#define WALI_START_RUN_H

#include "wali/native/base/error.h"
#include "wali/native/process/settings.h"

/* Runs the guest in the calling thread, after limits_begin (memory/limits.h).  Returns only if the guest
 * cannot start: -1 with *error set. */
int wali_run(const wali_config *config, wali_error *error) __attribute__((visibility("hidden")));

#endif
