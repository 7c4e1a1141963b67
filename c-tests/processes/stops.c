/* CALLS: kill, wait4, waitid, rt_sigaction, rt_sigpending, rt_sigprocmask */
/* Stopping and continuing: handlers for SIGTSTP and SIGCONT, what a parent is told, and what of both is
 * forgotten. */
#include "check.h"
#include "child.h"
#include "leader.h"

static int news[2];

/* In a group of its own, whose parent looks after it: terminals' signals do not stop an orphaned one. */
static pid_t start_group(int (*work)(void))
{
    pid_t pid = start(work);
    setpgid(pid, pid);
    return pid;
}

static void tell(char what)
{
    if (write(news[1], &what, 1) != 1) {
        abort();
    }
}

static void hears(char what)
{
    char heard = 0;
    CHECK(read(news[0], &heard, 1) == 1 && heard == what);
}

static void changes(pid_t pid, int options, const char *to)
{
    int status = 0;
    CHECK(waitpid(pid, &status, options) == pid);
    TEXT(ending(status), to);
}

/* As editors do: put the screen in order, stop by the default action, and go on. */
static void on_stop_key(int number)
{
    tell('s');
    signal(number, SIG_DFL);
    block(number, SIG_UNBLOCK);
    raise(number); /* stops here */
    signal(number, on_stop_key);
    tell('c');
}

static void on_continue(int number)
{
    (void)number;
    tell('C');
}

static int editor(void)
{
    signal(SIGTSTP, on_stop_key);
    signal(SIGCONT, on_continue);
    tell('r');
    return sleep_forever();
}

static volatile sig_atomic_t told;
static siginfo_t news_of_child;

static void on_child(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    news_of_child = *info;
    told++;
}

static void is_told(int flags, pid_t pid)
{
    static const struct {
        int number;
        const char *as;
    } steps[] = {{SIGSTOP, "stopped"}, {SIGCONT, "continued"}, {SIGTTIN, "stopped"}, {SIGKILL, "killed"}};
    struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART | flags};
    sigaction(SIGCHLD, &action, NULL);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        siginfo_t info;
        told = 0;
        OK(kill(pid, steps[i].number));
        OK(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WCONTINUED | WEXITED));
        CHECK(info.si_pid == pid);
        /* The wait status may be there before its signal. */
        for (int left = flags && info.si_code != CLD_KILLED ? 20 : 5000; left > 0 && !told; left--) {
            usleep(1000);
        }
        say("%s: waitid %d %d, handler %s", steps[i].as, info.si_code, info.si_status, told ? "yes" : "no");
        if (told) {
            /* The kernel forgets what stopped it once that was waited for, which may come first. */
            const bool forgotten = info.si_code == CLD_STOPPED && news_of_child.si_status == 0;
            say("SIGCHLD %d, the same child: %d, its status: %d", news_of_child.si_code,
                news_of_child.si_pid == pid, forgotten || news_of_child.si_status == info.si_status);
        }
    }
    signal(SIGCHLD, SIG_DFL);
}

static int pending(int number)
{
    sigset_t set;
    sigpending(&set);
    return sigismember(&set, number);
}

/* SIGCONT takes back what would stop, and the other way round, even if both are blocked. */
static int takes_back(void)
{
    block(SIGTSTP, SIG_BLOCK);
    block(SIGCONT, SIG_BLOCK);
    OK(raise(SIGTSTP));
    IS(pending(SIGTSTP), 1);
    OK(raise(SIGCONT));
    IS(pending(SIGTSTP), 0);
    IS(pending(SIGCONT), 1);
    OK(raise(SIGTSTP));
    IS(pending(SIGCONT), 0);
    IS(pending(SIGTSTP), 1);
    OK(raise(SIGCONT));
    return 7;
}

static int spins(void)
{
    for (volatile unsigned i = 0;; i++) {
    }
    return 0;
}

int main(void)
{
    OK(pipe(news));
    pid_t pid = start_group(editor);
    hears('r');
    for (int i = 0; i < 3; i++) {
        OK(kill(pid, SIGTSTP));
        hears('s');
        changes(pid, WUNTRACED, "stopped 20");
        OK(kill(pid, SIGCONT));
        changes(pid, WCONTINUED, "continued");
        hears('C');
        hears('c');
    }
    OK(kill(pid, SIGKILL));
    TEXT(end_of(pid), "signal 9");

    is_told(0, start_group(sleep_forever));
    is_told(SA_NOCLDSTOP, start_group(sleep_forever));
    TEXT(end_of(start_group(takes_back)), "exit 7");

    /* One that makes no calls; other signals wait until it goes on, SIGKILL does not. */
    pid = start_group(spins);
    for (int i = 0; i < 20; i++) {
        OK(kill(pid, SIGSTOP));
        changes(pid, WUNTRACED, "stopped 19");
        OK(kill(pid, SIGCONT));
        changes(pid, WCONTINUED, "continued");
    }
    OK(kill(pid, SIGSTOP));
    changes(pid, WUNTRACED, "stopped 19");
    OK(kill(pid, SIGTERM));
    IS(waitpid(pid, NULL, WNOHANG), 0);
    OK(kill(pid, SIGCONT));
    TEXT(end_of(pid), "signal 15");
    pid = start_group(spins);
    OK(kill(pid, SIGSTOP));
    changes(pid, WUNTRACED, "stopped 19");
    OK(kill(pid, SIGKILL));
    TEXT(end_of(pid), "signal 9");
    return done();
}
