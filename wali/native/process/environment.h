/* How the environment comes to the guest: as a file that the guest's libc reads once. */
#ifndef WALI_PROCESS_ENVIRONMENT_H
#define WALI_PROCESS_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* The descriptor of the file; -1 before it is made, and once it is closed. */
extern int environment_fd __attribute__((visibility("hidden")));

/* Makes the file on the first call, and writes its path to path[size].  False if there are no
 * variables.  Aborts the guest if the file cannot be made. */
bool environment_pass(char *path, size_t size) __attribute__((visibility("hidden")));

/* Closes the file, once the guest has read its environment.  Nothing if there is none. */
void environment_close(void) __attribute__((visibility("hidden")));

/* Looks at a file that the guest has opened while environment_fd >= 0.  If it is the environment,
 * environment_fd is closed: the guest has a descriptor of its own, and a high one makes every fork
 * copy a long table. */
void environment_was_opened(const struct stat *opened) __attribute__((visibility("hidden")));

#endif
