/* CALLS: read, write, ioctl, poll, close */
/* What is left when one side closes. */
#include "terminal.h"

static int events(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
    poll(&p, 1, 0);
    return p.revents;
}

int main(void)
{
    char buffer[8];
    struct winsize size;
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    make_raw(slave);
    IS(events(master), POLLOUT);
    put(slave, "abc");
    IS(events(master), POLLIN | POLLOUT);

    /* The slave goes: what it wrote can be read, then EIO; opened again it lives. */
    close(slave);
    CHECK((events(master) & POLLHUP) != 0);
    IS(read(master, buffer, sizeof buffer), 3);
    ERR(read(master, buffer, sizeof buffer), EIO);
    slave = open_slave(master, O_NOCTTY);
    put(slave, "d");
    IS(read(master, buffer, sizeof buffer), 1);

    /* The master goes: end of file, and EIO for all else. */
    close(master);
    IS(read(slave, buffer, sizeof buffer), 0);
    ERR(write(slave, "x", 1), EIO);
    ERR(ioctl(slave, TIOCGWINSZ, &size), EIO);
    CHECK((events(slave) & POLLHUP) != 0);
    return done();
}
