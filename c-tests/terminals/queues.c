/* CALLS: ioctl */
/* TIOCOUTQ, FIONREAD, TCFLSH, TCXONC, TCSBRK. */
#include "terminal.h"

static int count(int fd, unsigned request)
{
    int n = -77;
    return ioctl(fd, (int)request, &n) == 0 ? n : -errno;
}

int main(void)
{
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    make_raw(slave);
    put(master, "12345");
    IS(count(slave, FIONREAD), 5);
    IS(ioctl(slave, TCFLSH, TCIFLUSH), 0);
    IS(count(slave, FIONREAD), 0);
    TEXT(shown(slave), "EAGAIN");
    put(slave, "abc");
    IS(count(slave, TIOCOUTQ), 0); /* it is with the master already */
    IS(count(master, FIONREAD), 3);
    TEXT(shown(master), "abc");
    IS(ioctl(slave, TCFLSH, TCOFLUSH), 0);
    IS(ioctl(slave, TCFLSH, TCIOFLUSH), 0);
    ERR(ioctl(slave, TCFLSH, 3), EINVAL);
    ERR(ioctl(slave, TCFLSH, -1), EINVAL);
    ERR(ioctl(slave, FIONREAD, bad_pointer()), EFAULT);
    ERR(ioctl(slave, TIOCOUTQ, bad_pointer()), EFAULT);

    /* Output stopped, and going on. */
    IS(ioctl(slave, TCXONC, TCOOFF), 0);
    fcntl(slave, F_SETFL, O_NONBLOCK);
    ERR(write(slave, "x", 1), EAGAIN);
    IS(ioctl(slave, TCXONC, TCOON), 0);
    IS(write(slave, "x", 1), 1);
    ERR(ioctl(slave, TCXONC, 4), EINVAL);
    IS(ioctl(slave, TCSBRK, 1), 0); /* tcdrain */
    IS(ioctl(slave, TCSBRK, 0), 0); /* a break: a pty has none */
    IS(ioctl(slave, TCSBRKP, 1), 0);
    IS(tcdrain(slave), 0);
    return done();
}
