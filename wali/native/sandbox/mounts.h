/* The system calls for mounts that are held by descriptors, whose names older headers lack. */
#ifndef WALI_SANDBOX_MOUNTS_H
#define WALI_SANDBOX_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>

/* All answer 0 or a descriptor, or -errno. */

/* Keeps what is mounted from now on to this namespace. */
int64_t mounts_make_private(void) __attribute__((visibility("hidden")));
/* A copy of the mount at a path, with what is mounted below, that is mounted nowhere yet. */
int64_t mount_copy(const char *path) __attribute__((visibility("hidden")));
/* An empty folder in memory, mounted nowhere yet. */
int64_t mount_new_folder(void) __attribute__((visibility("hidden")));
/* Takes rights from a mount and what is mounted below it: set-user-ID programs, and on request writing
 * and devices. */
int64_t mount_restrict(int64_t mount, bool writing, bool devices) __attribute__((visibility("hidden")));
/* Takes writing from this mount alone. */
int64_t mount_restrict_one(int64_t mount) __attribute__((visibility("hidden")));
/* Mounts it at an open place, or at a path. */
int64_t mount_move(int64_t mount, int64_t place) __attribute__((visibility("hidden")));
int64_t mount_move_to(int64_t mount, const char *path) __attribute__((visibility("hidden")));
/* Opens a path below a root, which nothing on the way leaves. */
int64_t place_open(int64_t root, const char *path) __attribute__((visibility("hidden")));
/* Makes an open mount the root of this process, and unmounts the old one. */
int64_t root_change(int64_t root) __attribute__((visibility("hidden")));
/* Whether a path is /dev or lies below it. */
bool path_is_devices(const char *path) __attribute__((visibility("hidden")));

#endif
