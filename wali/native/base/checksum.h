#ifndef WALI_BASE_CHECKSUM_H
#define WALI_BASE_CHECKSUM_H

#include <stdint.h>

/* cdef begin */
/* Of a whole file, which is read by its descriptor: 0, or -errno. */
int wali_checksum_fd(int fd, uint64_t *checksum, uint64_t *length);
/* cdef end */

#endif
