/* CALLS: ioctl, setsid, open, rt_sigtimedwait */
/* The controlling terminal: taken, its groups, the signals of its keys, given up. */
#include "terminal.h"

#include <signal.h>
#include <time.h>

static sigset_t signals;

static int caught(void)
{
    struct timespec second = {1, 0};
    return sigtimedwait(&signals, NULL, &second);
}

int main(void)
{
    for (int i = SIGHUP; i <= SIGWINCH; i++) {
        sigaddset(&signals, i);
    }
    OK(sigprocmask(SIG_BLOCK, &signals, NULL));
    setsid(); /* the leader of a session already, perhaps */
    CHECK(getsid(0) == getpid());
    ERR(open("/dev/tty", O_RDWR), ENXIO);

    int group = -1, other = -1, pid = getpid();
    int master = open_master(0), slave = open_slave(master, O_NOCTTY);
    ERR(open("/dev/tty", O_RDWR), ENXIO);
    ERR(ioctl(slave, TIOCGSID, &group), ENOTTY);
    ERR(ioctl(slave, TIOCGPGRP, &group), ENOTTY);
    IS(ioctl(slave, TIOCSCTTY, 0), 0);
    IS(ioctl(slave, TIOCSCTTY, 0), 0);
    int tty = (int)OK(open("/dev/tty", O_RDWR));
    CHECK(isatty(tty));
    IS(ioctl(slave, TIOCGSID, &group), 0);
    CHECK(group == pid);
    IS(ioctl(tty, TIOCGPGRP, &group), 0);
    CHECK(group == getpgrp());
    IS(ioctl(slave, TIOCSPGRP, &group), 0);
    group = 0x7ffffff0;
    ERR(ioctl(slave, TIOCSPGRP, &group), ESRCH);
    group = -5;
    ERR(ioctl(slave, TIOCSPGRP, &group), EINVAL);
    group = 1;
    ERR2(ioctl(slave, TIOCSPGRP, &group), EPERM, ESRCH);
    ERR(ioctl(slave, TIOCGPGRP, bad_pointer()), EFAULT);
    ERR(ioctl(slave, TIOCSPGRP, bad_pointer()), EFAULT);
    ERR(ioctl(slave, TIOCGSID, bad_pointer()), EFAULT);

    /* A second terminal is not for a session that has one. */
    int master2 = open_master(0), slave2 = open_slave(master2, 0);
    ERR(ioctl(slave2, TIOCSCTTY, 0), EPERM);
    ERR(ioctl(slave2, TIOCGPGRP, &other), ENOTTY);

    put(master, "\003");
    IS(caught(), SIGINT);
    put(master, "\034");
    IS(caught(), SIGQUIT);
    struct winsize size = {1, 2, 3, 4};
    IS(ioctl(master, TIOCSWINSZ, &size), 0);
    IS(caught(), SIGWINCH);
    IS(ioctl(master, (int)TIOCSIG, SIGUSR1), -1);
    IS(ioctl(master, (int)TIOCSIG, SIGINT), 0);
    IS(caught(), SIGINT);

    IS(ioctl(tty, TIOCNOTTY), 0); /* the leader gives it up for all */
    IS(caught(), SIGHUP);
    ERR(open("/dev/tty", O_RDWR), ENXIO);
    ERR(ioctl(slave, TIOCNOTTY), ENOTTY);

    /* Opening without O_NOCTTY takes a terminal; closing the master hangs up. */
    close(slave2);
    slave2 = open_slave(master2, 0);
    OK(open("/dev/tty", O_RDWR));
    close(master2);
    IS(caught(), SIGHUP);
    return done();
}
