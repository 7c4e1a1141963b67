/* The files of a plan. */
#ifndef WALI_SANDBOX_PATH_LIST_H
#define WALI_SANDBOX_PATH_LIST_H

#include "wali/native/sandbox/plan_parts.h"

/* Makes room for so many.  False without memory. */
bool path_list_begin(struct sandbox_plan *plan, int most) __attribute__((visibility("hidden")));
/* Adds one, for as long as there is room. */
void path_list_add(struct sandbox_plan *plan, struct sandbox_path path) __attribute__((visibility("hidden")));
/* Adds a file of the runtime's own, which may be missing. */
void path_list_add_own(struct sandbox_plan *plan, const char *path, uint64_t rights)
    __attribute__((visibility("hidden")));
/* Whether a path is a folder, or lies below it.  Both absolute. */
bool path_lies_below(const char *path, const char *folder) __attribute__((visibility("hidden")));
/* Puts folders before what is mounted in them. */
void path_list_sort(struct sandbox_plan *plan) __attribute__((visibility("hidden")));

#endif
