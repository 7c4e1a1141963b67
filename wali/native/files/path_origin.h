/* What is known of the places where paths begin: the root and the current directory.
 *
 * While several threads share the descriptors, a file of procfs or a device may not
 * even be opened before it is known which (syscalls/handlers/open.c).  From places on
 * a file system for plain files the kernel can be told to stay on the mount, and to
 * open plain files only (syscalls/handlers/open_near.c). */
#ifndef WALI_FILES_PATH_ORIGIN_H
#define WALI_FILES_PATH_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/vfs.h>

enum { ORIGIN_ROOT = 1, ORIGIN_DIRECTORY = 2 };

/* Whether it is a file system for plain files, of which the kernel opens each with
 * O_DIRECT, and does nothing else differently for that. */
bool path_origin_suits(const struct statfs *fs) __attribute__((visibility("hidden")));

/* True if the place is on such a file system, and stays there until path_origin_unpin. */
bool path_origin_pin(int place) __attribute__((visibility("hidden")));
void path_origin_unpin(void) __attribute__((visibility("hidden")));

/* Before whatever may put one there: nothing is known any more.  0 if nobody holds
 * it; else, after a moment, -RESTART: the entry then asks again. */
int64_t path_origin_invalidate(void) __attribute__((visibility("hidden")));

/* The same, for good: another process can do it at any time (CLONE_FS). */
int64_t path_origin_share(void) __attribute__((visibility("hidden")));

/* Before guest code runs: from then on no other process shares root and current directory,
 * unless the guest itself lets one (path_origin_share). */
void path_origin_begin(void) __attribute__((visibility("hidden")));

/* Before execve makes the process another guest: ends what path_origin_share() began.  False
 * if the kernel refuses that. */
bool path_origin_unshare(void) __attribute__((visibility("hidden")));

/* While the process has one thread, and is about to have another. */
void path_origin_probe(void) __attribute__((visibility("hidden")));

/* In the child of a fork: whoever held it does not run here. */
void path_origin_fork_child(void) __attribute__((visibility("hidden")));

#endif
