/* CALLS: rt_sigaction, rt_sigprocmask, setitimer */
/* Each context has its mask; signals come in contexts; handlers switch contexts, as schedulers do that take
 * the processor away. */
#include "contexts.h"

#include <sys/time.h>

#define MEMBERS 8

static ucontext_t ours, theirs;
static char where[64];

static int is_blocked(int signo)
{
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    return sigismember(&mask, signo);
}

static void block(int how, int signo)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    sigprocmask(how, &set, NULL);
}

static void note(int signo)
{
    strcat(where, signo == SIGUSR1 ? "1" : "2");
}

static void masked(void)
{
    IS(is_blocked(SIGUSR1), 1);
    IS(is_blocked(SIGUSR2), 0);
    block(SIG_UNBLOCK, SIGUSR1);
    block(SIG_BLOCK, SIGUSR2);
    swapcontext(&theirs, &ours);
    IS(is_blocked(SIGUSR1), 0);
    IS(is_blocked(SIGUSR2), 1);
}

static void masks(void)
{
    block(SIG_BLOCK, SIGUSR1);
    MAKE(&theirs, &ours, masked, 0);
    block(SIG_UNBLOCK, SIGUSR1);
    swapcontext(&ours, &theirs);
    IS(is_blocked(SIGUSR1), 0);
    IS(is_blocked(SIGUSR2), 0);
    swapcontext(&ours, &theirs);
    IS(is_blocked(SIGUSR1), 0);
    IS(is_blocked(SIGUSR2), 0);
}

/* What one context blocks the next one's mask lets in, before that goes on. */
static void lets_in(void)
{
    TEXT(where, "1");
    block(SIG_BLOCK, SIGUSR2);
    raise(SIGUSR2);
    TEXT(where, "1");
}

static void pending(void)
{
    signal(SIGUSR1, note);
    signal(SIGUSR2, note);
    MAKE(&theirs, &ours, lets_in, 0);
    block(SIG_BLOCK, SIGUSR1);
    raise(SIGUSR1);
    TEXT(where, "");
    block(SIG_UNBLOCK, SIGUSR2);
    swapcontext(&ours, &theirs);
    block(SIG_UNBLOCK, SIGUSR1);
    TEXT(where, "12");
}

static volatile sig_atomic_t alarms;

static void count(int signo)
{
    alarms += signo == SIGALRM;
}

static volatile int run_on;

static void spin(void)
{
    while (run_on) {
        swapcontext(&theirs, &ours);
    }
}

/* Signals while contexts are exchanged. */
static void storm(void)
{
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, count);
    run_on = 1;
    MAKE(&theirs, &ours, spin, 0);
    setitimer(ITIMER_REAL, &often, NULL);
    while (alarms < 300) {
        swapcontext(&ours, &theirs);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    run_on = 0;
    swapcontext(&ours, &theirs);
    CHECK(alarms >= 300);
}

static ucontext_t members[MEMBERS];
static volatile int now;
static volatile uint64_t work[MEMBERS];

static void take_turns(int signo)
{
    const int before = now;
    (void)signo;
    now = (now + 1) % MEMBERS;
    swapcontext(&members[before], &members[now]);
}

static bool all_have_worked(void)
{
    for (int i = 0; i < MEMBERS; i++) {
        if (work[i] < 20000) {
            return false;
        }
    }
    return true;
}

static void member(int self)
{
    block(SIG_UNBLOCK, SIGALRM);
    while (!all_have_worked()) {
        work[self]++;
    }
    block(SIG_BLOCK, SIGALRM);
    setcontext(&ours);
}

/* A handler that leaves for another context, where an earlier call of it has left. */
static void preemption(void)
{
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    volatile int back = 0;
    signal(SIGALRM, take_turns);
    block(SIG_BLOCK, SIGALRM); /* in all that is saved, so that none comes between two contexts */
    for (int i = 0; i < MEMBERS; i++) {
        MAKE(&members[i], NULL, (void (*)(void))member, 1, i);
    }
    getcontext(&ours);
    if (back++ == 0) {
        setitimer(ITIMER_REAL, &often, NULL);
        setcontext(&members[0]);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN);
    block(SIG_UNBLOCK, SIGALRM);
    CHECK(all_have_worked());
}

int main(void)
{
    masks();
    pending();
    storm();
    preemption();
    return done();
}
