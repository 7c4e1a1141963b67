/* CALLS: rt_sigaction, rt_sigprocmask, rt_sigpending, rt_sigsuspend */
/* Each flag of sigaction(2), and what comes back of it. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

static volatile sig_atomic_t count, depth, deepest, children;
static uint64_t inside;
static void *address;
static volatile sig_atomic_t order[16], ordered;

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static void plain(int signo)
{
    int here;
    (void)signo;
    address = &here;
    inside = mask_now();
    count++;
}

static void again(int signo)
{
    if (++depth > deepest) {
        deepest = depth;
    }
    if (depth < 20 && count < 20) {
        count++;
        raise(signo);
    }
    depth--;
}

static void in_order(int signo)
{
    order[ordered++] = signo;
}

static void child(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    children = children * 10 + info->si_code;
}

static void set(int signo, void (*function)(int), unsigned flags, uint64_t mask)
{
    struct sigaction action = {.sa_handler = function, .sa_flags = (int)flags};
    memcpy(&action.sa_mask, &mask, sizeof mask);
    OK(sigaction(signo, &action, NULL));
}

static void masks(void)
{
    set(SIGUSR1, plain, 0, BIT(SIGHUP) | BIT(SIGSEGV) | BIT(SIGKILL));
    raise(SIGUSR1);
    CHECK(inside == (BIT(SIGUSR1) | BIT(SIGHUP) | BIT(SIGSEGV)));
    CHECK(mask_now() == 0);
    set(SIGUSR1, plain, SA_NODEFER, BIT(SIGHUP));
    raise(SIGUSR1);
    CHECK(inside == BIT(SIGHUP));
    /* Explicitly in the mask it is blocked all the same. */
    set(SIGUSR1, plain, SA_NODEFER, BIT(SIGUSR1));
    raise(SIGUSR1);
    CHECK(inside == BIT(SIGUSR1));

    set(SIGUSR2, again, SA_NODEFER, 0);
    count = depth = deepest = 0;
    raise(SIGUSR2);
    IS(deepest, 20);
    set(SIGUSR2, again, 0, 0);
    count = depth = deepest = 0;
    raise(SIGUSR2);
    IS(deepest, 1);
    IS(count, 20);
}

static void old_action(void)
{
    struct sigaction old;
    set(SIGUSR1, plain, SA_NODEFER | SA_RESTART | SA_ONSTACK, BIT(SIGHUP));
    OK(sigaction(SIGUSR1, NULL, &old));
    CHECK(old.sa_handler == plain);
    CHECK((old.sa_flags & (SA_NODEFER | SA_RESTART | SA_ONSTACK | SA_RESETHAND)) ==
          (SA_NODEFER | SA_RESTART | SA_ONSTACK));
    CHECK(sigismember(&old.sa_mask, SIGHUP) == 1 && sigismember(&old.sa_mask, SIGINT) == 0);
    set(SIGUSR1, plain, SA_RESETHAND, 0);
    count = 0;
    raise(SIGUSR1);
    IS(count, 1);
    OK(sigaction(SIGUSR1, NULL, &old));
    CHECK(old.sa_handler == SIG_DFL);
    CHECK((old.sa_flags & SA_RESETHAND) != 0);
}

static void sequence(void)
{
    uint64_t all = ~UINT64_C(0), none = 0, pending = 0;
    int signals[] = {SIGUSR2, 40, SIGHUP, 36, SIGTERM, 36, SIGINT};
    for (int i = 0; i < 7; i++) {
        struct sigaction action = {.sa_handler = in_order};
        sigfillset(&action.sa_mask);
        sigaction(signals[i], &action, NULL);
    }
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
    for (int i = 0; i < 7; i++) {
        raise(signals[i]);
    }
    raise(SIGINT); /* not queued twice */
    RAW(SYS_rt_sigpending, &pending, 8);
    CHECK(pending == (BIT(SIGUSR2) | BIT(40) | BIT(SIGHUP) | BIT(36) | BIT(SIGTERM) | BIT(SIGINT)));
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
    for (int i = 0; i < ordered; i++) {
        say("%d", order[i]);
    }
    IS(ordered, 7);
    /* Without masks each interrupts the one before: the last comes first. */
    for (int i = 0; i < 7; i++) {
        struct sigaction action = {.sa_handler = in_order};
        sigaction(signals[i], &action, NULL);
    }
    ordered = 0;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
    raise(SIGHUP);
    raise(SIGINT);
    raise(40);
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
    for (int i = 0; i < ordered; i++) {
        say("%d", order[i]);
    }
}

static void suspended(void)
{
    uint64_t blocked = BIT(SIGUSR1) | BIT(SIGUSR2), open = BIT(SIGUSR2);
    set(SIGUSR1, plain, 0, BIT(SIGHUP));
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, 0, 8);
    raise(SIGUSR1);
    count = 0;
    ERR(RAW(SYS_rt_sigsuspend, &open, 8), EINTR);
    IS(count, 1);
    CHECK(inside == (BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(SIGHUP)));
    CHECK(mask_now() == blocked);
    /* The handler finds the call's mask, not the one before it. */
    open = BIT(SIGTERM);
    raise(SIGUSR1);
    ERR(RAW(SYS_rt_sigsuspend, &open, 8), EINTR);
    CHECK(inside == (BIT(SIGUSR1) | BIT(SIGTERM) | BIT(SIGHUP)));
    raise(SIGUSR1);
    ERR(RAW(SYS_ppoll, 0, 0L, 0, &open, 8), EINTR);
    CHECK(inside == (BIT(SIGUSR1) | BIT(SIGTERM) | BIT(SIGHUP)));
    CHECK(mask_now() == blocked);
    uint64_t none = 0;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
}

static void of_children(void)
{
    struct sigaction action = {.sa_sigaction = child, .sa_flags = SA_SIGINFO};
    int status;
    OK(sigaction(SIGCHLD, &action, NULL));
    int pid = fork();
    if (pid == 0) {
        raise(SIGSTOP);
        _exit(3);
    }
    while (children != CLD_STOPPED) {
        usleep(1000);
    }
    kill(pid, SIGCONT);
    while (waitpid(pid, &status, 0) < 0) {
    }
    IS(WEXITSTATUS(status), 3);
    while (children == CLD_STOPPED) { /* more than one may have become one */
        usleep(1000);
    }
    action.sa_flags = SA_SIGINFO | SA_NOCLDSTOP;
    OK(sigaction(SIGCHLD, &action, NULL));
    children = 0;
    pid = fork();
    if (pid == 0) {
        raise(SIGSTOP);
        raise(SIGKILL);
    }
    while (waitpid(pid, &status, WUNTRACED) < 0) {
    }
    CHECK(WIFSTOPPED(status));
    IS(children, 0);
    kill(pid, SIGCONT);
    while (waitpid(pid, &status, 0) < 0) {
    }
    IS(WTERMSIG(status), SIGKILL);
    while (children == 0) {
        usleep(1000);
    }
    IS(children, CLD_KILLED);
    action.sa_flags = SA_SIGINFO | SA_NOCLDWAIT;
    OK(sigaction(SIGCHLD, &action, NULL));
    pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    while (waitpid(pid, &status, 0) != -1 || errno != ECHILD) {
    }
    say("no zombie");
}

int main(void)
{
    masks();
    old_action();
    sequence();
    suspended();
    of_children();
    return done();
}
