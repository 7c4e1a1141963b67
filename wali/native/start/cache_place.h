/* Where compiled code is kept: the user's own cache, and the one that root fills for all. */
#ifndef WALI_START_CACHE_PLACE_H
#define WALI_START_CACHE_PLACE_H

#include <stddef.h>

/* cdef begin */
/* Writes the folder of the user's own cache to path[size]: $WALI_CACHE_DIR, $XDG_CACHE_HOME/wali,
 * or .cache/wali in the user's home.  0, or -1 if nothing says it. */
int wali_cache_place(char *path, size_t size);
/* The folder of the cache that root fills for all users (`wali compile --system`). */
const char *wali_cache_system(void);
/* cdef end */

#endif
