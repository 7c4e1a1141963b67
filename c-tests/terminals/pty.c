/* CALLS: open, ioctl, read, write */
#include "terminal.h"

int main(void)
{
    int master = (int)OK(open("/dev/ptmx", O_RDWR | O_NOCTTY)), number = -1, locked = -1, zero = 0, one = 1;
    char name[32];
    struct stat st;

    /* The other side is locked at first (pts(4)). */
    IS(ioctl(master, (int)TIOCGPTN, &number), 0);
    CHECK(number >= 0);
    IS(ioctl(master, (int)TIOCGPTLCK, &locked), 0);
    IS(locked, 1);
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    ERR(open(name, O_RDWR | O_NOCTTY), EIO);
    IS(ioctl(master, (int)TIOCSPTLCK, &zero), 0);
    IS(ioctl(master, (int)TIOCGPTLCK, &locked), 0);
    IS(locked, 0);
    int slave = (int)OK(open(name, O_RDWR | O_NOCTTY));
    IS(fstat(slave, &st), 0);
    CHECK(S_ISCHR(st.st_mode) && st.st_rdev != 0);
    IS(ioctl(master, (int)TIOCSPTLCK, &one), 0);
    ERR(open(name, O_RDWR | O_NOCTTY), EIO);
    ioctl(master, (int)TIOCSPTLCK, &zero);

    /* Only the master has a number and a lock. */
    ERR(ioctl(slave, (int)TIOCGPTN, &number), ENOTTY);
    ERR(ioctl(slave, (int)TIOCSPTLCK, &zero), ENOTTY);
    ERR(ioctl(master, (int)TIOCGPTN, bad_pointer()), EFAULT);
    ERR(ioctl(master, (int)TIOCSPTLCK, bad_pointer()), EFAULT);

    /* The same side without a name. */
    int peer = (int)OK(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    IS(fcntl(peer, F_GETFD), FD_CLOEXEC);
    struct stat peer_st;
    IS(fstat(peer, &peer_st), 0);
    CHECK(peer_st.st_rdev == st.st_rdev && peer_st.st_ino == st.st_ino);
    ERR2(ioctl(slave, TIOCGPTPEER, O_RDWR), ENOTTY, EIO);

    put(master, "line\n");
    TEXT(shown(slave), "line^J");
    TEXT(shown(master), "line^M^J"); /* the echo */
    put(slave, "out\n");
    TEXT(shown(master), "out^M^J");
    TEXT(shown(master), "EAGAIN");
    TEXT(shown(slave), "EAGAIN");
    CHECK(isatty(slave) && isatty(master));

    int device = 0;
    IS(ioctl(slave, (int)TIOCGDEV, &device), 0);
    CHECK(device == (int)(((st.st_rdev >> 8 & 0xfff) << 8) | (st.st_rdev & 0xff)));
    return done();
}
