/* A process that leads a session on a terminal of its own. Include it behind check.h. */
#ifndef LEADER_H
#define LEADER_H

#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

/* The caller, a child, becomes the leader; answers the terminal, and its other end in *master. */
static inline int lead_session(int *master)
{
    int number = 0, unlock = 0;
    char name[32];
    setsid();
    *master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master < 0 || ioctl(*master, TIOCSPTLCK, &unlock) != 0 ||
        ioctl(*master, (int)TIOCGPTN, &number) != 0) {
        skip("no pseudoterminals here");
    }
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    int terminal = (int)OK(open(name, O_RDWR));
    CHECK(tcgetpgrp(terminal) == getpgrp());
    return terminal;
}

static inline void block(int number, int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(how, &set, NULL);
}

#endif
