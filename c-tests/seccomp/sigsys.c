/* CALLS: seccomp, rt_sigaction */
#include "filter.h"

#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

/* Where x86-64 has what a call is made of, and its result. */
static long long *registers(void *context)
{
    ucontext_t *interrupted = context;
#ifdef REG_RAX
    return (long long *)interrupted->uc_mcontext.gregs;
#else
    return (long long *)&interrupted->uc_mcontext;
#endif
}

enum { RDI = 8, RSI, RDX = 12, RAX };

static volatile int traps;
static siginfo_t last;
static volatile long long answer, first_argument, second_argument;

static void on_trap(int signo, siginfo_t *info, void *context)
{
    long long *at = registers(context);
    traps += signo == SIGSYS;
    last = *info;
    first_argument = at[RDI];
    second_argument = at[RSI];
    if (answer != 0) {
        at[RAX] = answer;
    }
}

static void handle(void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    IS(sigaction(SIGSYS, &action, NULL), 0);
}

static int fields(void)
{
    handle(on_trap, 0);
    IS(filter_call(0, SYS_dup2, SECCOMP_RET_TRAP | 77), 0);
    IS(RAW(SYS_dup2, 1111, 2222), SYS_dup2); /* what the kernel leaves in the register */
    IS(traps, 1);
    IS(last.si_signo, SIGSYS);
    IS(last.si_code, 1 /* SYS_SECCOMP */);
    IS(last.si_errno, 77);
    IS(last.si_syscall, SYS_dup2);
    CHECK(last.si_arch == AUDIT_ARCH_X86_64);
    IS(first_argument, 1111);
    IS(second_argument, 2222);
    answer = -EDOM;
    ERR(RAW(SYS_dup2, 1111, 2222), EDOM);
    answer = 4242;
    IS(RAW(SYS_dup2, 1, 2), 4242);
    IS(traps, 3);
    return 0;
}

static int blocked(void)
{
    sigset_t set;
    handle(on_trap, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    IS(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int ignored(void)
{
    signal(SIGSYS, SIG_IGN);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static sigjmp_buf back;

static void jump_out(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)info, (void)context;
    siglongjmp(back, 1);
}

static int jumps(void)
{
    static volatile int rounds;
    handle(jump_out, 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    IS(filter_call(0, SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV), 0);
    if (sigsetjmp(back, 1) < 1 || rounds < 5) {
        rounds++;
        ERR(RAW(SYS_getpgrp), EXDEV);
        RAW(SYS_getppid);
        say("not reached");
    }
    IS(rounds, 5);
    ERR(RAW(SYS_getpgrp), EXDEV);
    return 0;
}

/* A handler whose own call is trapped: SIGSYS is blocked then. */
static void trap_again(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)info, (void)context;
    if (traps++ < 3) {
        RAW(SYS_getppid);
    }
}

static int nested_and_blocked(void)
{
    handle(trap_again, 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    fflush(stdout);
    RAW(SYS_getppid);
    return 0;
}

static int nested(void)
{
    handle(trap_again, SA_NODEFER);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    RAW(SYS_getppid);
    IS(traps, 4);
    return 0;
}

/* Before a trapped call returns another handler runs, whose own call is trapped too. */
static volatile long of_other;

static void answer_both(int signo, siginfo_t *info, void *context)
{
    const int is_first = info->si_syscall == SYS_getppid;
    if (is_first) {
        raise(SIGUSR1);
    }
    registers(context)[RAX] = is_first ? 111 : 222;
    traps += signo == SIGSYS;
}

static void call_again(int signo)
{
    (void)signo;
    of_other = RAW(SYS_getpgrp);
}

static int two_results(void)
{
    struct sigaction action = {.sa_sigaction = answer_both, .sa_flags = SA_SIGINFO};
    struct sigaction other = {.sa_handler = call_again};
    sigaddset(&action.sa_mask, SIGUSR1);
    IS(sigaction(SIGSYS, &action, NULL), 0);
    IS(sigaction(SIGUSR1, &other, NULL), 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_TRAP), 0);
    IS(filter_call(0, SYS_getpgrp, SECCOMP_RET_TRAP), 0);
    IS(RAW(SYS_getppid), 111);
    IS(of_other, 222);
    IS(traps, 2);
    return 0;
}

/* A filter that a handler installs judges the call that the signal interrupted, if that
 * is to begin anew. */
static void install(int signo)
{
    (void)signo;
    filter_call(0, SYS_read, SECCOMP_RET_ERRNO | EINTR);
}

static int in_a_handler(void)
{
    int ends[2];
    char byte;
    struct sigaction action = {.sa_handler = install, .sa_flags = SA_RESTART};
    IS(pipe(ends), 0);
    IS(sigaction(SIGALRM, &action, NULL), 0);
    OK(alarm(1));
    ERR(read(ends[0], &byte, 1), EINTR);
    ERR(read(-1, &byte, 1), EINTR);
    return 0;
}

/* Signals that come all the time, while calls are judged. */
static volatile int ticks;

static void tick(int signo)
{
    (void)signo;
    ticks++;
    if (RAW(SYS_getppid) != -1 || errno != EDOM) {
        _exit(99);
    }
}

static int storm(void)
{
    handle(on_trap, 0);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    IS(filter_call(0, SYS_getpgrp, SECCOMP_RET_TRAP), 0);
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    IS(sigaction(SIGALRM, &action, NULL), 0);
    const int target = getpid();
    const int child = fork();
    if (child == 0) {
        while (kill(target, SIGALRM) == 0) {
        }
        _exit(0);
    }
    long right = 0, all = 0;
    while (all < 20000 || ticks < 100) {
        errno = 0;
        all += 2;
        right += RAW(SYS_getppid) == -1 && errno == EDOM;
        right += RAW(SYS_getpgrp) == SYS_getpgrp;
    }
    IS(kill(child, SIGKILL), 0);
    CHECK(right == all);
    CHECK(traps == all / 2);
    return 0;
}

int main(void)
{
    no_new_privileges();
    in_child("fields", fields);
    in_child("blocked", blocked);
    in_child("ignored", ignored);
    in_child("jumps", jumps);
    in_child("nested and blocked", nested_and_blocked);
    in_child("nested", nested);
    in_child("two results", two_results);
    in_child("in a handler", in_a_handler);
    in_child("storm", storm);
    return done();
}
