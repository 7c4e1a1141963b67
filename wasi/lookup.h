/* Two arguments of most functions of paths: the descriptor of a folder, and a path from there. */
#ifndef WALI_WASI_LOOKUP_H
#define WALI_WASI_LOOKUP_H

#include "wasi/descriptors.h"
#include "wasi/guest_memory.h"
#include "wasi/paths.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct lookup {
    struct descriptor *folder;
    struct path_origin origin;
    char path[PATH_MAX];
};

/* Takes the descriptor, which must be a folder's that has kept the right, and the path.  0, for
 * lookup_end(); else -errno or WASI_ERROR(). */
int64_t lookup_begin(struct lookup *lookup, uint32_t fd, uint64_t right, struct wasi_list path)
    __attribute__((visibility("hidden")));
/* Of a folder that the caller uses: the use is lookup_end()'s, or over after a failure. */
int64_t lookup_begin_in(struct lookup *lookup, struct descriptor *folder, uint64_t right,
                        struct wasi_list path) __attribute__((visibility("hidden")));
void lookup_end(const struct lookup *lookup) __attribute__((visibility("hidden")));

/* path_open_from() and path_place_find() of the two. */
int64_t lookup_open(const struct lookup *lookup, uint64_t flags, uint32_t mode)
    __attribute__((visibility("hidden")));
int64_t lookup_place(struct lookup *lookup, struct path_place *place) __attribute__((visibility("hidden")));

/* Whether the path is one name in the folder, so that there is no way to leave it but a link there. */
bool lookup_is_name(const struct lookup *lookup) __attribute__((visibility("hidden")));

/* After -ENOENT: whether the path may be a file's of the root, where it then begins. */
bool lookup_turn_to_root(struct lookup *lookup) __attribute__((visibility("hidden")));

/* Whether a slash ends the path. */
bool lookup_has_slash(const struct lookup *lookup) __attribute__((visibility("hidden")));

#endif
