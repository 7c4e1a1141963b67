/* CALLS: setsid, setpgid, ioctl, fork */
/* A session on a terminal of its own, with groups in the foreground and the background. */
#include "check.h"
#include "child.h"

#include <sys/ioctl.h>
#include <termios.h>

static int terminal;

static int read_in_background(void)
{
    char c;
    setpgid(0, 0);
    return read(terminal, &c, 1) == 1 ? 0 : 1; /* SIGTTIN stops it */
}

static int foreground(void)
{
    setpgid(0, 0);
    return sleep_forever();
}

static int session(void)
{
    int status;
    CHECK(setsid() == getpid());
    CHECK(getsid(0) == getpid() && getpgrp() == getpid());
    ERR(setsid(), EPERM);
    terminal = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    CHECK(terminal >= 0);
    ERR(tcgetpgrp(terminal), ENOTTY);
    OK(ioctl(terminal, TIOCSCTTY, 0));
    CHECK(tcgetpgrp(terminal) == getpid());
    CHECK(tcgetsid(terminal) == getpid());

    pid_t pid = start(read_in_background);
    setpgid(pid, pid);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    TEXT(ending(status), "stopped 21");
    OK(kill(pid, SIGKILL));
    TEXT(end_of(pid), "signal 9");

    pid = start(foreground);
    setpgid(pid, pid);
    CHECK(getpgid(pid) == pid);
    OK(tcsetpgrp(terminal, pid));
    CHECK(tcgetpgrp(terminal) == pid);
    return 0;
}

/* In the session leader's own process: the group in the foreground is the terminal's to signal. */
static int session_with_interrupt(void)
{
    int master = terminal, status;
    session();
    OK(write(master, "\x1a", 1)); /* ^Z */
    pid_t pid = waitpid(-1, &status, WUNTRACED);
    CHECK(pid > 0);
    TEXT(ending(status), "stopped 20");
    OK(kill(-pid, SIGCONT));
    CHECK(waitpid(-1, &status, WCONTINUED) == pid);
    TEXT(ending(status), "continued");
    OK(write(master, "\x03", 1)); /* ^C */
    TEXT(end_of(pid), "signal 2");
    /* From the background this would stop us. */
    signal(SIGTTOU, SIG_IGN);
    OK(tcsetpgrp(terminal, getpid()));
    CHECK(tcgetpgrp(terminal) == getpid());
    /* The end of the terminal hangs the session up. */
    OK(close(master));
    return sleep_forever();
}

int main(void)
{
    OK(terminal = posix_openpt(O_RDWR | O_NOCTTY));
    OK(grantpt(terminal));
    OK(unlockpt(terminal));
    pid_t pid = start(session_with_interrupt);
    close(terminal); /* said by nobody: the child speaks meanwhile */
    TEXT(end_of(pid), "signal 1");
    ERR(setpgid(1, 1), ESRCH);
    return done();
}
