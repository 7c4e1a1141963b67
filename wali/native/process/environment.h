/* The environment, on its way to the guest: a file that the guest reads once. */
#ifndef WALI_PROCESS_ENVIRONMENT_H
#define WALI_PROCESS_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* The file, or -1: not made yet, or closed again. */
extern int environment_fd __attribute__((visibility("hidden")));

/* Makes the file, once, however often the guest asks, and writes its path into path[size].
 * False if there are no variables.  Aborts the guest if it cannot be made. */
bool environment_pass(char *path, size_t size) __attribute__((visibility("hidden")));

/* The guest has read its environment. */
void environment_close(void) __attribute__((visibility("hidden")));

/* The guest has opened this file while environment_fd >= 0.  If it is the environment, it is
 * enough that the guest has it: a high descriptor makes every fork copy a long table. */
void environment_was_opened(const struct stat *opened) __attribute__((visibility("hidden")));

#endif
