/* CALLS: read, write, ioctl, setpgid, kill, rt_sigaction, rt_sigtimedwait */
/* A group that nobody in its session looks after any more cannot be stopped by a terminal: calls that would
 * have stopped it fail, and if it is stopped when that happens, it gets SIGHUP and goes on. */
#include "check.h"
#include "child.h"
#include "leader.h"

static int terminal, master, ends[2];

static void await_new_parent(pid_t old)
{
    while (getppid() == old) {
        usleep(1000);
    }
}

static void leave(void)
{
    fflush(NULL);
    _exit(check_failures ? 99 : 0);
}

static const char *answer(long result)
{
    return result < 0 ? errno_name(errno) : "ok";
}

/* Its parent ends, and with it the last tie between its group and the session. */
static int with_an_orphan(void)
{
    struct termios modes;
    char byte;
    pid_t parent = getpid();
    fflush(NULL);
    if (fork() != 0) {
        return 0;
    }
    setpgid(0, 0);
    await_new_parent(parent);
    say("read: %s", answer(read(terminal, &byte, 1)));
    OK(tcgetattr(terminal, &modes));
    say("tcsetattr: %s", answer(tcsetattr(terminal, TCSANOW, &modes)));
    say("tcsetpgrp: %s", answer(tcsetpgrp(terminal, getpgrp())));
    say("write with TOSTOP: %s", answer(write(terminal, "out", 3)));
    say("TIOCGWINSZ: %s", answer(ioctl(terminal, TIOCGWINSZ, &(struct winsize){0})));
    OK(raise(SIGTSTP));
    OK(raise(SIGTTIN));
    say("not stopped");
    leave();
    return 0;
}

static volatile sig_atomic_t hung_up;

static void on_hangup(int number)
{
    hung_up = number;
}

static int with_a_stopped_orphan(void)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        signal(SIGHUP, on_hangup);
        raise(SIGSTOP);
        say("goes on, after SIGHUP: %s", hung_up == SIGHUP ? "yes" : "NO");
        leave();
    }
    setpgid(pid, pid);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    TEXT(ending(status), "stopped 19");
    return 0;
}

/* Waits for all that hold the pipe, the orphan too. */
static void gone(int (*what)(void))
{
    char byte;
    OK(pipe(ends));
    pid_t pid = start(what);
    close(ends[1]);
    IS(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    TEXT(end_of(pid), "exit 0");
}

static int session(void)
{
    struct termios modes;
    terminal = lead_session(&master);
    OK(tcgetattr(terminal, &modes));
    modes.c_lflag |= TOSTOP;
    OK(tcsetattr(terminal, TCSANOW, &modes));
    gone(with_an_orphan);
    gone(with_a_stopped_orphan);

    /* The leader's end hangs up the group in the foreground. */
    pid_t pid = fork();
    if (pid == 0) {
        pid_t parent = getppid();
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGHUP);
        sigprocmask(SIG_BLOCK, &set, NULL);
        setpgid(0, 0);
        block(SIGTTOU, SIG_BLOCK);
        tcsetpgrp(terminal, getpgrp());
        kill(parent, SIGUSR1);
        IS(sigwaitinfo(&set, NULL), SIGHUP);
        await_new_parent(parent);
        ERR(open("/dev/tty", O_RDWR), ENXIO);
        ERR(tcgetpgrp(terminal), ENOTTY);
        leave();
    }
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigwaitinfo(&set, NULL);
    return 0;
}

int main(void)
{
    char byte;
    block(SIGUSR1, SIG_BLOCK);
    int held[2];
    OK(pipe(held));
    pid_t pid = start(session);
    close(held[1]);
    IS(read(held[0], &byte, 1), 0); /* the last of them has ended */
    TEXT(end_of(pid), "exit 0");
    return done();
}
