/* Nobody reads standard output any more: writing answers a code, and the program may still say so. */
#include "preview1.h"

int main(void)
{
    char byte;
    struct iov room = iov(&byte, 1), data = iov("text", 4);
    uint32_t size;
    p1_fd_read(0, &room, 1, &size); /* until the reader is gone */
    int code = p1_fd_write(1, &data, 1, &size);
    return code == W_PIPE ? 3 : 4;
}
