/* CALLS: ioctl, open */
/* TIOCEXCL keeps others out, but for root. */
#include "terminal.h"

int main(void)
{
    become_ordinary_user();
    int master = open_master(0), slave = open_slave(master, O_NOCTTY), number = -1, state = -1;
    char name[32];
    ioctl(master, (int)TIOCGPTN, &number);
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    IS(ioctl(slave, (int)TIOCGEXCL, &state), 0);
    IS(state, 0);
    IS(ioctl(slave, TIOCEXCL), 0);
    IS(ioctl(slave, (int)TIOCGEXCL, &state), 0);
    IS(state, 1);
    ERR(open(name, O_RDWR | O_NOCTTY), EBUSY);
    IS(ioctl(slave, TIOCNXCL), 0);
    OK(open(name, O_RDWR | O_NOCTTY));
    ERR(ioctl(slave, (int)TIOCGEXCL, bad_pointer()), EFAULT);

    int discipline = -1;
    IS(ioctl(slave, TIOCGETD, &discipline), 0);
    IS(discipline, 0);
    IS(ioctl(slave, TIOCSETD, &discipline), 0);
    ERR(ioctl(slave, TIOCGETD, bad_pointer()), EFAULT);
    ERR(ioctl(slave, TIOCSETD, bad_pointer()), EFAULT);

    /* What only real lines have. */
    char area[128];
    ERR(ioctl(slave, TIOCMGET, area), ENOTTY);
    ERR(ioctl(slave, TIOCGSERIAL, area), ENOTTY);
    ERR2(ioctl(slave, TIOCSSERIAL, bad_pointer()), ENOTTY, EFAULT);
    ERR(ioctl(slave, TIOCGICOUNT, area), ENOTTY);
    return done();
}
