/* CALLS: ioctl, read */
/* TIOCPKT: the master sees what the slave does to the terminal (ioctl_tty(2)). */
#include "terminal.h"

static void packet(int master)
{
    unsigned char buffer[32];
    fcntl(master, F_SETFL, O_NONBLOCK);
    ssize_t n = read(master, buffer, sizeof buffer);
    if (n < 0) {
        say("%s", errno_name(errno));
        return;
    }
    say("%d bytes, control %#x %.*s", (int)n, buffer[0], (int)n - 1, (char *)buffer + 1);
}

int main(void)
{
    int master = open_master(0), slave = open_slave(master, O_NOCTTY), on = 1, off = 0, state = -1;
    make_raw(slave);
    IS(ioctl(master, (int)TIOCGPKT, &state), 0);
    IS(state, 0);
    IS(ioctl(master, TIOCPKT, &on), 0);
    IS(ioctl(master, (int)TIOCGPKT, &state), 0);
    IS(state, 1);
    put(slave, "data");
    packet(master);
    packet(master);
    tcflush(slave, TCIFLUSH);
    packet(master);
    ioctl(slave, TCXONC, TCOOFF);
    packet(master);
    ioctl(slave, TCXONC, TCOON);
    packet(master);
    IS(ioctl(master, TIOCPKT, &off), 0);
    put(slave, "plain");
    TEXT(shown(master), "plain");
    ERR(ioctl(slave, TIOCPKT, &on), ENOTTY);
    ERR(ioctl(master, TIOCPKT, bad_pointer()), EFAULT);
    return done();
}
