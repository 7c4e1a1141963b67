/* CALLS: read, write, ioctl, setpgid, kill, wait4, rt_sigaction, rt_sigprocmask */
/* A terminal and the groups in its background: SIGTTIN and SIGTTOU stop them, unless those are ignored or
 * blocked. */
#include "check.h"
#include "child.h"
#include "leader.h"

static int terminal, master;

static int reads(void)
{
    char line[16];
    return read(terminal, line, sizeof line) == 5 ? 3 : errno;
}

static int writes(void)
{
    return write(terminal, "out", 3) == 3 ? 3 : errno;
}

static int sets_modes(void)
{
    struct termios modes;
    return tcgetattr(terminal, &modes) == 0 && tcsetattr(terminal, TCSANOW, &modes) == 0 ? 3 : errno;
}

static int takes_foreground(void)
{
    return tcsetpgrp(terminal, getpgrp()) == 0 && tcgetpgrp(terminal) == getpgrp() ? 3 : errno;
}

static int asks(void)
{
    struct winsize size;
    return tcgetpgrp(terminal) != getpgrp() && ioctl(terminal, TIOCGWINSZ, &size) == 0 ? 3 : errno;
}

static void set_tostop(bool on)
{
    struct termios modes;
    OK(tcgetattr(terminal, &modes));
    modes.c_lflag = on ? modes.c_lflag | TOSTOP : modes.c_lflag & ~(tcflag_t)TOSTOP;
    OK(tcsetattr(terminal, TCSANOW, &modes));
}

static int (*work)(void);
static void (*refuse)(void);

static void ignore_both(void)
{
    signal(SIGTTIN, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
}

static void block_both(void)
{
    block(SIGTTIN, SIG_BLOCK);
    block(SIGTTOU, SIG_BLOCK);
}

static int handler_flags;
static volatile sig_atomic_t handled;

/* Asked for the second time, it comes to the foreground. Both signals are blocked here, so it may. */
static void come_forward(int number)
{
    (void)number;
    if (++handled == 2) {
        tcsetpgrp(terminal, getpgrp());
    }
}

static void handle_both(void)
{
    struct sigaction action = {.sa_handler = come_forward, .sa_flags = handler_flags};
    sigaddset(&action.sa_mask, SIGTTIN);
    sigaddset(&action.sa_mask, SIGTTOU);
    sigaction(SIGTTIN, &action, NULL);
    sigaction(SIGTTOU, &action, NULL);
}

static int in_background(void)
{
    setpgid(0, 0);
    block(SIGTTOU, SIG_UNBLOCK);
    if (refuse) {
        refuse();
    }
    return work();
}

static pid_t launch(int (*what)(void), void (*how)(void))
{
    work = what;
    refuse = how;
    pid_t pid = start(in_background);
    setpgid(pid, pid);
    return pid;
}

static void is_stopped(pid_t pid, const char *as)
{
    int status = 0;
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    TEXT(ending(status), as);
}

/* Stopped by the signal, each time, until it is in the foreground; then the call goes on. */
static void stops(int (*what)(void), const char *as)
{
    pid_t pid = launch(what, NULL);
    is_stopped(pid, as);
    OK(kill(-pid, SIGCONT));
    is_stopped(pid, as);
    OK(tcsetpgrp(terminal, pid));
    if (what == reads) {
        IS(write(master, "line\n", 5), 5);
    }
    OK(kill(-pid, SIGCONT));
    TEXT(end_of(pid), "exit 3");
    OK(tcsetpgrp(terminal, getpgrp()));
}

static const char *is_done(int (*what)(void), void (*how)(void))
{
    const char *end = end_of(launch(what, how));
    block(SIGTTOU, SIG_BLOCK);
    tcsetpgrp(terminal, getpgrp());
    return end;
}

static int session(void)
{
    terminal = lead_session(&master);
    block(SIGTTOU, SIG_BLOCK); /* so that we may take the terminal back */

    stops(reads, "stopped 21");
    stops(sets_modes, "stopped 22");
    stops(takes_foreground, "stopped 22");
    TEXT(is_done(writes, NULL), "exit 3");
    TEXT(is_done(asks, NULL), "exit 3");
    set_tostop(true);
    stops(writes, "stopped 22");
    TEXT(is_done(asks, NULL), "exit 3");

    /* Who wants no signal gets an error for reading, and may do all else. */
    for (int i = 0; i < 2; i++) {
        void (*how)(void) = i ? block_both : ignore_both;
        TEXT(is_done(reads, how), "exit 5"); /* EIO */
        TEXT(is_done(writes, how), "exit 3");
        TEXT(is_done(sets_modes, how), "exit 3");
        TEXT(is_done(takes_foreground, how), "exit 3");
    }

    /* Who handles the signals is told each time, if the handler lets the call go on. */
    IS(write(master, "line\n", 5), 5);
    for (int i = 0; i < 2; i++) {
        handler_flags = i ? SA_RESTART : 0;
        const char *as = i ? "exit 3" : "exit 4"; /* EINTR */
        TEXT(is_done(reads, handle_both), as);
        TEXT(is_done(writes, handle_both), as);
        TEXT(is_done(sets_modes, handle_both), as);
        TEXT(is_done(takes_foreground, handle_both), as);
    }

    /* A group of another session, and none. */
    ERR(tcsetpgrp(terminal, getppid()), EPERM);
    ERR(tcsetpgrp(terminal, -1), EINVAL);
    return 0;
}

int main(void)
{
    TEXT(end_of(start(session)), "exit 0");
    return done();
}
