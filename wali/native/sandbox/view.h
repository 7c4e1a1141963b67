/* The view: a root of the process's own, in which there is what the plan names and nothing else. */
#ifndef WALI_SANDBOX_VIEW_H
#define WALI_SANDBOX_VIEW_H

#include "wali/native/base/error.h"
#include "wali/native/sandbox/plan_parts.h"

/* Opens the plan's files: for a view copies of their mounts, as they will be mounted, else the files.
 * Those that may be missing and are stay -1.  0, or -1 with *error set. */
int view_open_sources(struct sandbox_plan *plan, wali_error *error) __attribute__((visibility("hidden")));

/* Makes the new root of them and enters it, in a mount namespace of the process's own.  The current
 * directory is the same by name, or / if there is none of that name.  *root becomes a descriptor of the
 * root if that is a folder of the view's own, else -1.  0, or -1 with *error set. */
int view_enter(struct sandbox_plan *plan, int *root, wali_error *error) __attribute__((visibility("hidden")));

#endif
