/* CALLS: */
/* A context whose function has returned, or whose frame another function has by now. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <ucontext.h>

static ucontext_t ours, theirs, dead;
static char stack[65536];

__attribute__((noinline)) static int saves(void)
{
    volatile int times = 0;
    getcontext(&dead);
    return ++times;
}

__attribute__((noinline)) static int jumps(void)
{
    volatile int filler[4] = {1, 2, 3, 4};
    setcontext(&dead);
    return filler[0];
}

static void body(void)
{
    saves();
    swapcontext(&theirs, &ours);
}

static void in_child(void (*function)(void))
{
    int status, pid = fork();
    if (pid == 0) {
        close(2);
        function();
        _exit(1);
    }
    waitpid(pid, &status, 0);
    IS(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGABRT);
}

static void of_our_own(void)
{
    saves();
    jumps();
}

static void make(void)
{
    getcontext(&theirs);
    theirs.uc_stack.ss_sp = stack;
    theirs.uc_stack.ss_size = sizeof stack;
    theirs.uc_link = &ours;
    makecontext(&theirs, body, 0);
}

/* Its function has returned, but the context lives. */
static void of_another(void)
{
    make();
    swapcontext(&ours, &theirs);
    jumps();
}

/* The context has come to its end. */
static void of_ended(void)
{
    static ucontext_t copy;
    make();
    swapcontext(&ours, &theirs);
    copy = theirs;
    swapcontext(&ours, &theirs);
    setcontext(&copy);
}

/* Another context runs on what it had. */
static void of_ended_and_used(void)
{
    static ucontext_t copy;
    make();
    swapcontext(&ours, &theirs);
    copy = theirs;
    swapcontext(&ours, &theirs);
    make();
    swapcontext(&ours, &theirs);
    setcontext(&copy);
}

static void unfilled(void)
{
    static ucontext_t zero;
    setcontext(&zero);
}

int main(void)
{
    in_child(of_our_own);
    in_child(of_another);
    in_child(of_ended);
    in_child(of_ended_and_used);
    in_child(unfilled);
    return done();
}
