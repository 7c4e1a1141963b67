/* The origins of paths, root and current directory: whether they lie on a file system for plain
 * files.
 *
 * While several threads share descriptors, a file that a guest may not have must not even be opened
 * (syscalls/handlers/open.c).  From an origin on a file system for plain files the kernel can be
 * told to stay on the mount and to open plain files only (syscalls/handlers/open_near.c).
 *
 * An origin's state is probed while the process has one thread.  A thread pins it around an open.
 * Whatever moves an origin invalidates the state first. */
#ifndef WALI_FILES_PATH_ORIGIN_H
#define WALI_FILES_PATH_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/vfs.h>

enum { ORIGIN_ROOT = 1, ORIGIN_DIRECTORY = 2 }; /* origins, as bits */

/* Whether a file system is one for plain files: the kernel opens every plain file there with
 * O_DIRECT, and the flag changes nothing else about the open. */
bool path_origin_suits(const struct statfs *fs) __attribute__((visibility("hidden")));

/* True if the origin lies on such a file system; it stays there until path_origin_unpin.  False if
 * that is not known, and nothing is pinned then.  Does not wait. */
bool path_origin_pin(int place) __attribute__((visibility("hidden")));
void path_origin_unpin(void) __attribute__((visibility("hidden")));

/* Called before a call that may move an origin to another file system: both states are unknown from
 * now on.  0 if no thread has a pin.  Else sleeps for 1 ms and returns -RESTART, for the entry to
 * try again. */
int64_t path_origin_invalidate(void) __attribute__((visibility("hidden")));

/* The same, and the states stay unknown: from now on another process may move the origins at any
 * time (CLONE_FS). */
int64_t path_origin_share(void) __attribute__((visibility("hidden")));

/* Called before guest code runs: ends the sharing of root and current directory with other
 * processes, so that the guest alone may begin one (path_origin_share). */
void path_origin_begin(void) __attribute__((visibility("hidden")));

/* Called before execve(2) of another guest: ends the sharing that path_origin_share has noted.
 * False if the kernel refuses. */
bool path_origin_unshare(void) __attribute__((visibility("hidden")));

/* Finds the states of both origins, unless they are known or shared.  Called while the process has
 * one thread and is about to have another. */
void path_origin_probe(void) __attribute__((visibility("hidden")));

/* Called in a forked child: the threads that have pins do not exist there. */
void path_origin_fork_child(void) __attribute__((visibility("hidden")));

#endif
