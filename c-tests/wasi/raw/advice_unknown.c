/* fd_advise by an advice that there is none of. */
#include "preview1.h"

int main(void)
{
    uint32_t fd = created("file", "0123456789");
    UNKNOWN(p1_fd_advise(fd, 0, 10, 6));
    UNKNOWN(p1_fd_advise(fd, 0, 10, 0xffffffff));
    return done();
}
