/* CALLS: open, mknod, socket, bind */
/* Devices, FIFOs and sockets as files. */
#include "check.h"

#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
    char buffer[8] = "xxxxxxx";
    int null = (int)OK(open("/dev/null", O_RDWR | O_TRUNC | O_CREAT, 0600));
    IS(read(null, buffer, sizeof buffer), 0);
    IS(write(null, buffer, 5), 5);
    int zero = (int)OK(open("/dev/zero", O_RDWR));
    IS(read(zero, buffer, sizeof buffer), 8);
    IS(buffer[0] | buffer[7], 0);
    int full = (int)OK(open("/dev/full", O_RDWR));
    ERR(write(full, "x", 1), ENOSPC);
    ERR(open("/dev/null", O_RDONLY | O_DIRECTORY), ENOTDIR);
    ERR(open("/dev/null/x", O_RDONLY), ENOTDIR);

    OK(mkfifo("fifo", 0600));
    ERR(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
    int reader = (int)OK(open("fifo", O_RDONLY | O_NONBLOCK)), writer = (int)OK(open("fifo", O_WRONLY));
    IS(write(writer, "abc", 3), 3);
    IS(read(reader, buffer, sizeof buffer), 3);
    ERR(read(reader, buffer, 1), EAGAIN);

    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int sock = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    IS(bind(sock, (struct sockaddr *)&name, sizeof name), 0);
    ERR(open("socket", O_RDONLY), ENXIO);
    OK(open("socket", O_PATH));
    return done();
}
