/* Paths that begin in a folder of the guest's, and do not leave what the user has given. */
#ifndef WALI_WASI_PATHS_H
#define WALI_WASI_PATHS_H

#include "wasi/guest_memory.h"
#include "wasi/walk.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* Copies a path, of less than PATH_MAX bytes, and checks its text: 0, -errno or WASI_ERROR(). */
int64_t path_copy_in(char to[PATH_MAX], struct wasi_list from, bool confined)
    __attribute__((visibility("hidden")));

/* open(2) of a path, with O_CLOEXEC; made again after a signal.  A path that leads out of a
 * confined origin is WASI_PERM. */
int64_t path_open_from(const struct path_origin *origin, const char *path, uint64_t flags, uint32_t mode)
    __attribute__((visibility("hidden")));

/* Where a name is, for calls that act on the name itself and not on what it leads to. */
struct path_place {
    int folder;       /* the folder that has the name */
    bool is_opened;   /* the descriptor is the place's own */
    bool has_slash;   /* behind the name, and still part of it */
    const char *name; /* in the path's text; never ".." */
};

/* Finds the place that a path names, which is cut in two for it.  path_place_leave() after 0. */
int64_t path_place_find(struct path_place *place, const struct path_origin *origin, char *path)
    __attribute__((visibility("hidden")));
void path_place_leave(const struct path_place *place) __attribute__((visibility("hidden")));

#endif
