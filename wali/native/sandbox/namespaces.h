/* Namespaces of the process's own, and no rights in them: user_namespaces(7), capabilities(7). */
#ifndef WALI_SANDBOX_NAMESPACES_H
#define WALI_SANDBOX_NAMESPACES_H

#include "wali/native/base/error.h"
#include "wali/native/sandbox/plan_parts.h"

/* Enters new namespaces of users, mounts, System V IPC and, if the plan has no network of the machine's,
 * of that; in it the loopback interface is up if the plan says so.  0, or -1 with *error set. */
int namespaces_enter(const struct sandbox_plan *plan, wali_error *error)
    __attribute__((visibility("hidden")));
/* Gives up all capabilities for good.  False if the kernel refuses. */
bool capabilities_drop(void) __attribute__((visibility("hidden")));

#endif
