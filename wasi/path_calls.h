/* What is done with the file that a path names, for all interfaces.  Each returns at least 0, -errno or
 * WASI_ERROR(). */
#ifndef WALI_WASI_PATH_CALLS_H
#define WALI_WASI_PATH_CALLS_H

#include "wasi/lookup.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* `follows`: a link that the path names is followed. */
int64_t path_stat(struct lookup *lookup, bool follows, struct stat *st) __attribute__((visibility("hidden")));
int64_t path_set_times(struct lookup *lookup, bool follows, const struct timespec times[2])
    __attribute__((visibility("hidden")));

/* access(2): 0 if all of `mode` (R_OK, W_OK, X_OK) is allowed. */
int64_t path_access(const struct lookup *lookup, bool follows, uint32_t mode)
    __attribute__((visibility("hidden")));
/* chmod(2) of a folder, or of what is none.  Group and others keep at most what they have. */
int64_t path_set_permissions(const struct lookup *lookup, bool follows, bool of_folder, uint32_t given)
    __attribute__((visibility("hidden")));

int64_t path_make_folder(struct lookup *lookup) __attribute__((visibility("hidden")));
int64_t path_remove_folder(struct lookup *lookup) __attribute__((visibility("hidden")));
int64_t path_remove_file(struct lookup *lookup) __attribute__((visibility("hidden")));
int64_t path_rename(struct lookup *from, struct lookup *to) __attribute__((visibility("hidden")));
/* A second name for the file itself, if it is a link, too. */
int64_t path_link(struct lookup *from, struct lookup *to) __attribute__((visibility("hidden")));

/* What the link says, and its length; it has no NUL. */
int64_t path_read_link(struct lookup *lookup, char text[PATH_MAX]) __attribute__((visibility("hidden")));
int64_t path_make_link(struct lookup *lookup, const char *text) __attribute__((visibility("hidden")));

#endif
