/* The sandbox of --sandbox, --confine and the options beside them: entered at the last moment before
 * guest code runs, so that the rules need to allow nothing of what the start takes. */
#ifndef WALI_SANDBOX_SANDBOX_H
#define WALI_SANDBOX_SANDBOX_H

#include "wali/native/base/error.h"
#include "wali/native/process/settings.h"

#include <stdbool.h>

/* Confines the process, which has one thread, for good and as the options say.  Nothing happens without
 * any.  0, or -1 with *error set: the guest then must not run, for what has been entered stays. */
int sandbox_enter(const wali_config *config, bool is_wasi, wali_error *error)
    __attribute__((visibility("hidden")));

#endif
