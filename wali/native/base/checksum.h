/* The checksum of a file, which shows whether cached code is damaged. */
#ifndef WALI_BASE_CHECKSUM_H
#define WALI_BASE_CHECKSUM_H

#include <stdint.h>

/* cdef begin */
/* The checksum and the length in bytes of the file behind a descriptor, from its first byte on,
 * whatever the descriptor's offset.  0, or -errno. */
int wali_checksum_fd(int fd, uint64_t *checksum, uint64_t *length);
/* cdef end */

#endif
