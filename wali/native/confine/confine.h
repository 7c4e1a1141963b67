/* A process that reads what strangers have made, and may do nothing else: for modules, which Python
 * reads and the engine compiles (wali/compiled/confined.py).  The guest never is in such a process. */
#ifndef WALI_CONFINE_CONFINE_H
#define WALI_CONFINE_CONFINE_H

#include <stdint.h>

/* cdef begin */
/* What holds, as bits.  The limits and the missing descriptors always do. */
enum wali_confinement { WALI_CONFINED_FILES = 1, WALI_CONFINED_CALLS = 2 };

struct wali_bounds {
    uint64_t address_space; /* bytes */
    uint64_t file_size;     /* bytes of each file that is written */
    uint64_t processor;     /* seconds of processor time */
};

/* Confines the calling process for good, which has one thread.  Of its descriptors it keeps `count`
 * in keep[], in rising order.  What it needs of files must be loaded by now, code too.  Answers the
 * bits of what the kernel knows. */
int wali_confine(const struct wali_bounds *bounds, const int *keep, int count);

/* Has the kernel kill this process when its parent ends; ends it at once if that has ended. */
void wali_die_with_parent(int parent);
/* cdef end */

#endif
