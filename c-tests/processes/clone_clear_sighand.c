/* CALLS: clone3, rt_sigaction */
/* A child without its parent's handlers: what is ignored stays ignored, all else has its default. */
#include "check.h"
#include "child.h"

#include <linux/sched.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif

static const int handled[] = {SIGUSR1, SIGSEGV, SIGFPE, SIGTERM, 64};
static volatile sig_atomic_t count;

static void handler(int signo)
{
    (void)signo;
    count++;
}

static pid_t clear(uint64_t flags)
{
    struct clone_args how = {.flags = CLONE_CLEAR_SIGHAND | flags, .exit_signal = SIGCHLD};
    fflush(NULL);
    return (pid_t)RAW(SYS_clone3, &how, sizeof how);
}

static int is(int signo, void (*wanted)(int))
{
    struct sigaction action;
    return sigaction(signo, NULL, &action) == 0 && action.sa_handler == wanted &&
           (action.sa_flags & (SA_NODEFER | SA_RESTART)) == 0 && !sigismember(&action.sa_mask, SIGHUP);
}

static int look(void)
{
    for (size_t i = 0; i < sizeof handled / sizeof handled[0]; i++) {
        if (!is(handled[i], SIG_DFL)) {
            return 10 + (int)i;
        }
    }
    if (!is(SIGUSR2, SIG_IGN) || !is(SIGBUS, SIG_IGN) || !is(SIGHUP, SIG_DFL)) {
        return 2;
    }
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGBUS);
    /* A handler of its own, and one that a fault would not survive. */
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    kill(getpid(), SIGUSR1); /* raise(3) may know the parent's id only */
    return count == 1 && RAW(SYS_write, 1, bad_pointer(), 1) == -1 && errno == EFAULT ? 7 : 3;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NODEFER | SA_RESTART};
    sigaddset(&action.sa_mask, SIGHUP);
    if (RAW(SYS_clone3, 0, 0) == -1 && errno == ENOSYS) {
        skip("no clone3 here");
    }
    for (size_t i = 0; i < sizeof handled / sizeof handled[0]; i++) {
        OK(sigaction(handled[i], &action, NULL));
    }
    action.sa_handler = SIG_IGN;
    OK(sigaction(SIGUSR2, &action, NULL));
    OK(sigaction(SIGBUS, &action, NULL));
    pid_t pid = clear(0);
    if (pid == 0) {
        _exit(look());
    }
    TEXT(end_of(pid), "exit 7");
    pid = clear(CLONE_VFORK);
    if (pid == 0) {
        _exit(look());
    }
    TEXT(end_of(pid), "exit 7");
    for (size_t i = 0; i < sizeof handled / sizeof handled[0]; i++) {
        pid = clear(0);
        if (pid == 0) {
            kill(getpid(), handled[i]);
            _exit(1);
        }
        say("%s", end_of(pid));
        count = 0;
        raise(handled[i]); /* in the parent nothing has changed */
        IS(count, 1);
    }
    struct clone_args how = {.flags = CLONE_CLEAR_SIGHAND | CLONE_SIGHAND, .exit_signal = SIGCHLD};
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    return done();
}
