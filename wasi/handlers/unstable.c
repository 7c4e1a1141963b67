/* The functions of wasi_unstable that are not preview1's. */
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"

#include <stdint.h>

int64_t unstable_fd_seek(uint32_t fd, int64_t offset, uint32_t whence, uint32_t newoffset)
{
    static const uint8_t preview1_whence[] = {1, 2, 0}; /* of CUR, END and SET */
    return preview1_fd_seek(fd, offset, preview1_whence[whence], newoffset);
}
