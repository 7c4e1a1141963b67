/* Descriptors that belong to the runtime, not to the guest. */
#ifndef WALI_FILES_PRIVATE_FD_H
#define WALI_FILES_PRIVATE_FD_H

#include <stdint.h>

/* cdef begin */
/* Duplicates a descriptor to a number that guests rarely use, with FD_CLOEXEC.  The number, or
 * -errno. */
int64_t wali_private_fd(int fd);
/* cdef end */

#endif
