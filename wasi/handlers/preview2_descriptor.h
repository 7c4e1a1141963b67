/* Handles of files and folders, and what the draft's functions share with preview2's. */
#ifndef WALI_WASI_PREVIEW2_DESCRIPTOR_H
#define WALI_WASI_PREVIEW2_DESCRIPTOR_H

#include "wasi/descriptors.h"
#include "wasi/lookup.h"

#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>

/* What a handle of a descriptor stands for, for descriptor_release(). */
struct descriptor *preview2_descriptor(uint32_t handle) __attribute__((visibility("hidden")));

/* Takes the folder of a handle and a path, for lookup_end().  Handles and texts are looked at first: what is
 * wrong with them ends the guest, whatever else is. */
int64_t preview2_lookup(struct lookup *lookup, uint32_t handle, uint64_t right, struct wasi_list path)
    __attribute__((visibility("hidden")));

/* stat(2) of what a handle stands for, and of what `path` names. */
int64_t preview2_stat(uint32_t handle, struct stat *st) __attribute__((visibility("hidden")));
int64_t preview2_stat_at(uint32_t handle, uint32_t path_flags, struct wasi_list path, struct stat *st)
    __attribute__((visibility("hidden")));

/* Opens a file with these rights of its owner and others, as far as it is made: 0 with a new handle. */
int64_t preview2_open(uint32_t handle, uint32_t path_flags, struct wasi_list path, uint32_t open_flags,
                      uint32_t flags, uint32_t permissions, uint32_t *answer)
    __attribute__((visibility("hidden")));

/* An entry of a folder. */
struct folder_entry {
    uint64_t inode;
    uint8_t type;
    char name[NAME_MAX + 1];
};

/* The next entry of a directory-entry-stream: 1, 0 behind the last one, or an error. */
int64_t preview2_next_entry(uint32_t handle, struct folder_entry *entry)
    __attribute__((visibility("hidden")));

enum { PATH_SYMLINK_FOLLOW = 1 }; /* path-flags */

#endif
