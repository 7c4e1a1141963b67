/* Descriptors of the runtime's own. */
#ifndef WALI_FILES_PRIVATE_FD_H
#define WALI_FILES_PRIVATE_FD_H

#include <stdint.h>

/* cdef begin */
/* Duplicates a descriptor to a number out of the guest's way, closed on exec.  Or -errno. */
int64_t wali_private_fd(int fd);
/* cdef end */

#endif
