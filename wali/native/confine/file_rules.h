/* No file may be reached: Landlock (landlock(7)). */
#ifndef WALI_CONFINE_FILE_RULES_H
#define WALI_CONFINE_FILE_RULES_H

#include <stdbool.h>

/* Forbids this process all files that are not open yet, TCP, and signals and abstract sockets to
 * processes outside, as far as the kernel knows of it.  False if it knows nothing.  Needs
 * no_new_privs. */
bool file_rules_apply(void) __attribute__((visibility("hidden")));

#endif
