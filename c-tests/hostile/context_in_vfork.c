/* CALLS: vfork */
/* The child of a vfork has its parent's contexts in its reach, and may not go there. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <ucontext.h>

static ucontext_t ours, theirs, child;
static char stacks[2][65536];
static volatile int rounds;

static void body(void)
{
    for (;;) {
        rounds++;
        swapcontext(&theirs, &ours);
    }
}

static void make(ucontext_t *context, char *stack)
{
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = 65536;
    context->uc_link = &ours;
    makecontext(context, body, 0);
}

static void try(const ucontext_t *context)
{
    int status, pid = vfork();
    if (pid == 0) {
        close(2);
        swapcontext(&child, context);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    IS(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGABRT);
    swapcontext(&ours, &theirs);
}

int main(void)
{
    static ucontext_t fresh;
    make(&theirs, stacks[0]);
    make(&fresh, stacks[1]);
    swapcontext(&ours, &theirs);
    for (int i = 0; i < 3; i++) {
        try(&theirs);
        try(&fresh);
    }
    IS(rounds, 7);
    return done();
}
