/* fd_seek by an origin that there is none of. */
#include "preview1.h"

int main(void)
{
    uint32_t fd = created("file", "0123456789");
    uint64_t at = 77;
    UNKNOWN(p1_fd_seek(fd, 0, 3, &at));
    UNKNOWN(p1_fd_seek(fd, 0, 0xffffffff, &at));
    IS(at, 77);
    return done();
}
