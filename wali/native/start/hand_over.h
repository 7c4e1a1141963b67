/* From Python to the command wali-run. */
#ifndef WALI_START_HAND_OVER_H
#define WALI_START_HAND_OVER_H

/* cdef begin */
/* Becomes the program at `path`: execve(2).  Unlike Python's os.execve it takes any environment,
 * with names twice or none at all.  Returns only on failure: -errno. */
int wali_hand_over(const char *path, const char *const *words, const char *const *environment);
/* cdef end */

#endif
