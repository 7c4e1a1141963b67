/* CALLS: */
/* A context goes on in the thread that it began in. */
#include "check.h"

#include <pthread.h>
#include <ucontext.h>

static ucontext_t ours, theirs;
static char stack[65536];

static void body(void)
{
    swapcontext(&theirs, &ours);
    say("NOT REACHED");
}

static void *thief(void *unused)
{
    ucontext_t own;
    swapcontext(&own, &theirs);
    say("NOT REACHED");
    return unused;
}

int main(void)
{
    pthread_t thread;
    getcontext(&theirs);
    theirs.uc_stack.ss_sp = stack;
    theirs.uc_stack.ss_size = sizeof stack;
    theirs.uc_link = &ours;
    makecontext(&theirs, body, 0);
    swapcontext(&ours, &theirs);
    say("starting");
    pthread_create(&thread, NULL, thief, NULL);
    pthread_join(thread, NULL);
    say("NOT REACHED");
    return 0;
}
