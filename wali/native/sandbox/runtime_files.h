/* Files of the runtime's own that a guest in a sandbox needs. */
#ifndef WALI_SANDBOX_RUNTIME_FILES_H
#define WALI_SANDBOX_RUNTIME_FILES_H

#include "wali/native/sandbox/plan_parts.h"

#define MOST_RUNTIME_FILES 48

/* Adds to the plan: the module, which the guest may read, and if it may execute others what starts
 * them: the command wali-run, its libraries and the engine's, and the cache. */
void runtime_files_add(struct sandbox_plan *plan) __attribute__((visibility("hidden")));

#endif
