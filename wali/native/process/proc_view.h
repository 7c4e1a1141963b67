/* What /proc says of the process: name, arguments, environment. */
#ifndef WALI_PROCESS_PROC_VIEW_H
#define WALI_PROCESS_PROC_VIEW_H

#include "wali/native/process/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes /proc, ps(1) and top(1) show the guest's name and arguments. */
void proc_view_begin(const wali_config *config) __attribute__((visibility("hidden")));

/* Sets what /proc/self/environ shows: text[length], which must stay mapped, or with NULL again what
 * the kernel put there.  False if the kernel cannot. */
bool proc_view_set_environment(const char *text, size_t length) __attribute__((visibility("hidden")));

/* Whether the guest has asked for that which follows: its libc is the SDK's. */
bool proc_view_has_strings(void) __attribute__((visibility("hidden")));

/* Sets what /proc shows to the guest's own memory, as host addresses: its arguments, its
 * environment right behind, and the end of that.  What the guest writes there shows in cmdline and
 * environ.  False if the kernel cannot. */
bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
    __attribute__((visibility("hidden")));

#endif
