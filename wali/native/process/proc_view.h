/* What /proc says of the process. */
#ifndef WALI_PROCESS_PROC_VIEW_H
#define WALI_PROCESS_PROC_VIEW_H

#include "wali/native/process/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes /proc, ps(1) and the like show the guest's name and arguments. */
void proc_view_begin(const wali_config *config) __attribute__((visibility("hidden")));

/* What /proc/self/environ holds from now on, anonymous memory that stays; NULL: what the
 * kernel put there.  False if the kernel cannot. */
bool proc_view_set_environment(const char *text, size_t length) __attribute__((visibility("hidden")));

/* Where the guest keeps its arguments and its environment, one behind the other: /proc shows
 * from now on what it makes of them.  False if the kernel cannot. */
bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
    __attribute__((visibility("hidden")));

#endif
