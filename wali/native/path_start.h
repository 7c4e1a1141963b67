/* What is known of the places where paths begin: the root and the current directory.
 *
 * While several threads share the descriptors, a file of procfs or a device may not
 * even be opened before it is known which (syscalls/handlers/open.c).  From places on
 * a file system for plain files the kernel can be told to stay on the mount, and to
 * open plain files only (syscalls/handlers/open_near.c). */
#ifndef WALI_PATH_START_H
#define WALI_PATH_START_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/vfs.h>

enum { START_ROOT = 1, START_DIRECTORY = 2 };

/* Whether it is a file system for plain files, of which the kernel opens each with
 * O_DIRECT, and does nothing else differently for that. */
bool start_suits(const struct statfs *fs) __attribute__((visibility("hidden")));

/* True if the place is on such a file system, and stays there until start_release. */
bool start_hold(int place) __attribute__((visibility("hidden")));
void start_release(void) __attribute__((visibility("hidden")));

/* Before whatever may put one there: nothing is known any more.  0 if nobody holds
 * it; else, after a moment, -RESTART: the entry then asks again. */
int64_t start_forget(void) __attribute__((visibility("hidden")));

/* The same, for good: another process can do it at any time (CLONE_FS). */
int64_t start_share(void) __attribute__((visibility("hidden")));

/* While the process has one thread, and is about to have another.  From then on no
 * other process shares its root and current directory. */
void start_learn(void) __attribute__((visibility("hidden")));

/* In the child of a fork: whoever held it does not run here. */
void start_fork_child(void) __attribute__((visibility("hidden")));

#endif
