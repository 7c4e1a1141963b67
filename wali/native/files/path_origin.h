/* What is known of the places where paths begin: the root and the current directory.
 *
 * While several threads share the descriptors, a file of procfs may not even be
 * opened before it is known which (syscalls/handlers/open.c).  From places that are
 * not on procfs the kernel can be told to stay on the mount, and then it is not
 * opened at all: nothing has to be looked at, neither before nor after. */
#ifndef WALI_FILES_PATH_ORIGIN_H
#define WALI_FILES_PATH_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

/* True if neither is on procfs, and it stays like that until path_origin_unpin. */
bool path_origin_pin(void) __attribute__((visibility("hidden")));
void path_origin_unpin(void) __attribute__((visibility("hidden")));

/* Before whatever may put one there: nothing is known any more.  0 if nobody holds
 * it; else, after a moment, -RESTART: the entry then asks again. */
int64_t path_origin_invalidate(void) __attribute__((visibility("hidden")));

/* The same, for good: another process can do it at any time (CLONE_FS). */
int64_t path_origin_share(void) __attribute__((visibility("hidden")));

/* While the process has one thread, and is about to have another. */
void path_origin_probe(void) __attribute__((visibility("hidden")));

/* In the child of a fork: whoever held it does not run here. */
void path_origin_fork_child(void) __attribute__((visibility("hidden")));

#endif
