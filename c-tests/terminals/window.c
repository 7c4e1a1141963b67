/* CALLS: ioctl, rt_sigtimedwait */
/* The window's size; a change tells the foreground group. */
#include "terminal.h"

int main(void)
{
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    struct winsize size, area[2];
    memset(area, 0x55, sizeof area);
    IS(ioctl(slave, TIOCGWINSZ, area), 0);
    IS(area[0].ws_row, 0);
    IS(area[0].ws_xpixel, 0);
    CHECK(area[1].ws_row == 0x5555);

    size = (struct winsize){24, 80, 640, 480};
    IS(ioctl(master, TIOCSWINSZ, &size), 0);
    IS(ioctl(slave, TIOCGWINSZ, &area[0]), 0);
    CHECK(memcmp(&size, &area[0], sizeof size) == 0);
    size = (struct winsize){65535, 1, 0, 65535};
    IS(ioctl(slave, TIOCSWINSZ, &size), 0);
    IS(ioctl(master, TIOCGWINSZ, &area[0]), 0);
    CHECK(memcmp(&size, &area[0], sizeof size) == 0);
    ERR(ioctl(slave, TIOCGWINSZ, bad_pointer()), EFAULT);
    ERR(ioctl(slave, TIOCSWINSZ, bad_pointer()), EFAULT);
    ERR(ioctl(-1, TIOCGWINSZ, &size), EBADF);
    ERR(ioctl(make_file("file", ""), TIOCGWINSZ, &size), ENOTTY);
    ERR(ioctl(make_file("file", ""), TIOCGWINSZ, bad_pointer()), ENOTTY);
    return done();
}
