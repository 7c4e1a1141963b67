/* Opens files until no descriptor is left, closes standard output, and waits for the end of standard input.
 */
#include "preview1.h"

int main(void)
{
    char byte;
    uint32_t fd, size;
    struct iov room = iov(&byte, 1);
    while (p1_path_open(HERE, 0, P("."), DIRECTORY, RIGHT_READDIR, 0, 0, &fd) == 0) {
    }
    int code = p1_fd_close(1);
    if (code != 0 || p1_fd_close(1) != W_BADF || p1_fd_read(0, &room, 1, &size) != 0 || size != 0) {
        return 1;
    }
    /* The number is nobody else's meanwhile: a file that is closed for a new one gets another. */
    p1_fd_close(10);
    return p1_path_open(HERE, 0, P("."), DIRECTORY, RIGHT_READDIR, 0, 0, &fd) == 0 ? 0 : 2;
}
