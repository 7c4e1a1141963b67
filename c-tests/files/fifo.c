/* CALLS: mknod, open, read, write */
/* A named pipe, both ends in one process. */
#include "check.h"

#include <signal.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    OK(RAW(SYS_mknod, "fifo", S_IFIFO | 0600, 0));
    ERR(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO); /* nobody reads */
    int reader = (int)OK(open("fifo", O_RDONLY | O_NONBLOCK));
    char buffer[8] = {0};
    IS(read(reader, buffer, 8), 0); /* nobody writes */
    int writer = (int)OK(open("fifo", O_WRONLY));
    ERR(read(reader, buffer, 8), EAGAIN);
    IS(write(writer, "hello", 5), 5);
    IS(read(reader, buffer, 8), 5);
    TEXT(buffer, "hello");
    OK(close(reader));
    ERR(write(writer, "x", 1), EPIPE);
    ERR(lseek(writer, 0, SEEK_SET), ESPIPE);
    struct stat status;
    OK(stat("fifo", &status));
    CHECK(S_ISFIFO(status.st_mode));
    OK(open("fifo", O_RDWR)); /* Linux: never blocks */
    return done();
}
