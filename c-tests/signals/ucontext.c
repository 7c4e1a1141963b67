/* CALLS: rt_sigaction, sigaltstack, rt_sigprocmask */
/* What a handler reads in its context without knowing the machine, and what it may change there. */
#include "check.h"

#include <pthread.h>
#include <signal.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif
#define SIZE 65536

static char room[SIZE] __attribute__((aligned(64))), other[SIZE] __attribute__((aligned(64)));
static stack_t told, wanted;
static sigset_t mask_told;
static int has_link, changes, nested;

static void handler(int signo, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signo, (void)info;
    if (nested) {
        nested = 0;
        raise(SIGUSR1);
    }
    told = uc->uc_stack;
    mask_told = uc->uc_sigmask;
    has_link = uc->uc_link != NULL;
    if (changes) {
        uc->uc_stack = wanted;
    }
}

static const char *name(const stack_t *stack)
{
    return stack->ss_sp == room ? "room" : stack->ss_sp == other ? "other" : stack->ss_sp == NULL ? "none" : "unknown";
}

static void show(const char *when, int signo)
{
    stack_t now;
    raise(signo);
    sigaltstack(NULL, &now);
    say("%s: %s %d %x, mask %d %d, link %d; then %s %d %x", when, name(&told), (int)told.ss_size,
        (unsigned)told.ss_flags, sigismember(&mask_told, SIGHUP), sigismember(&mask_told, signo), has_link, name(&now),
        (int)now.ss_size, (unsigned)now.ss_flags);
}

static void *in_thread(void *unused)
{
    show("in a thread", SIGUSR2);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
    stack_t stack = {.ss_sp = room, .ss_size = SIZE};
    pthread_t thread;
    sigset_t set;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_flags |= SA_ONSTACK;
    sigaction(SIGUSR2, &action, NULL);
    show("no stack", SIGUSR1);
    show("no stack", SIGUSR2);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    OK(sigaltstack(&stack, NULL));
    show("not on it", SIGUSR1);
    show("on it", SIGUSR2);
    nested = 1;
    show("on it twice", SIGUSR2);
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, NULL);
    stack.ss_flags = (int)SS_AUTODISARM;
    OK(sigaltstack(&stack, NULL));
    show("disarmed", SIGUSR2);

    /* What the handler leaves there is the stack from then on, if sigaltstack(2) would take it. */
    changes = 1;
    wanted = (stack_t){.ss_sp = other, .ss_size = SIZE};
    show("another", SIGUSR1);
    wanted.ss_size = 100;
    show("too small", SIGUSR1);
    wanted = (stack_t){.ss_sp = room, .ss_size = SIZE};
    show("another, on it", SIGUSR2);
    wanted = (stack_t){.ss_flags = SS_DISABLE};
    show("none", SIGUSR2);
    wanted = (stack_t){.ss_sp = room, .ss_size = SIZE, .ss_flags = 77};
    show("nonsense", SIGUSR2);
    return done();
}
