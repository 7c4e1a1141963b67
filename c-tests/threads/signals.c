/* Masks and alternate stacks are a thread's own; a signal for the process goes to a thread that lets it in.
 */
/* CALLS: rt_sigprocmask, sigaltstack, rt_sigtimedwait, kill, rt_sigpending */
#include "together.h"

#include <signal.h>

static atomic_int handled_by, ready, stop, on_stack;
static __thread int self;
static char stacks[2][65536];

static void note(int signo)
{
    char here;
    (void)signo;
    for (int i = 0; i < 2; i++) {
        if (&here >= stacks[i] && &here < stacks[i] + sizeof stacks[i]) {
            on_stack = i + 1;
        }
    }
    handled_by = self;
}

static sigset_t set_of(int signo)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    return set;
}

static void *open_to_it(void *number)
{
    sigset_t set = set_of(SIGUSR1);
    self = (int)(intptr_t)number;
    stack_t stack = {.ss_sp = stacks[self - 2], .ss_size = sizeof stacks[0]}, old;
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE); /* not inherited */
    CHECK(sigaltstack(&stack, NULL) == 0);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    ready++;
    while (!stop) {
        nap(1);
    }
    return NULL;
}

static void to_the_process(void)
{
    for (intptr_t i = 2; i < 4; i++) {
        ready = stop = 0;
        pthread_t thread = start(open_to_it, (void *)i);
        wait_until(&ready, 1);
        for (int round = 0; round < 25; round++) {
            handled_by = on_stack = 0;
            kill(getpid(), SIGUSR1);
            while (handled_by == 0) {
                sched_yield();
            }
            if (handled_by != i || on_stack != i - 1) {
                CHECK(handled_by == i && on_stack == i - 1);
            }
        }
        stop = 1;
        joined(thread);
        say("handled by the one that lets it in");
    }
}

static void *inherits(void *unused)
{
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1) && sigismember(&now, SIGUSR2) && !sigismember(&now, SIGHUP));
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* of no concern to the others */
    return unused;
}

/* One thread waits for signals, all others have them blocked. */
static void *wait_signals(void *count)
{
    sigset_t set = set_of(SIGUSR2);
    sigaddset(&set, SIGRTMIN);
    intptr_t wrong = 0, sum = 0;
    for (int i = 0; i < (int)(intptr_t)count; i++) {
        siginfo_t info;
        ready++;
        int signo = sigwaitinfo(&set, &info);
        wrong += signo != SIGUSR2 && signo != SIGRTMIN;
        sum += signo == SIGRTMIN ? info.si_value.sival_int : 0;
    }
    return (void *)(wrong == 0 ? sum : -1);
}

static void waiting(void)
{
    ready = 0;
    pthread_t thread = start(wait_signals, (void *)30);
    for (int i = 0; i < 15; i++) {
        wait_until(&ready, 2 * i + 1);
        kill(getpid(), SIGUSR2);
        wait_until(&ready, 2 * i + 2);
        sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
    }
    IS(joined(thread), 14 * 15 / 2);
}

/* Blocked by all: it waits, and goes with the thread if it was for that one. */
static atomic_int go;

static void *pending(void *unused)
{
    sigset_t set;
    wait_until(&go, 1);
    sigpending(&set);
    CHECK(sigismember(&set, SIGUSR1) && sigismember(&set, SIGUSR2));
    return unused;
}

static void stays_pending(void)
{
    sigset_t set;
    pthread_t thread = start(pending, NULL);
    pthread_kill(thread, SIGUSR1);
    kill(getpid(), SIGUSR2);
    sigpending(&set);
    CHECK(!sigismember(&set, SIGUSR1) && sigismember(&set, SIGUSR2));
    go = 1;
    joined(thread);
    sigpending(&set);
    CHECK(!sigismember(&set, SIGUSR1) && sigismember(&set, SIGUSR2));
    sigset_t two = set_of(SIGUSR2);
    IS(sigwaitinfo(&two, NULL), SIGUSR2);
}

int main(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_ONSTACK};
    sigset_t set = set_of(SIGUSR1), now;
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGRTMIN);
    self = 1;
    sigaction(SIGUSR1, &action, NULL);
    IS(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    IS(pthread_sigmask(99, &set, NULL), EINVAL);
    joined(start(inherits, NULL));
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1) && !sigismember(&now, SIGHUP));
    to_the_process();
    waiting();
    stays_pending();
    return done();
}
