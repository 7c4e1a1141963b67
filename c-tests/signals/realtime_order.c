/* Queued real-time signals come in their order and none is lost, whichever number they have, the last too. */
/* CALLS: rt_sigqueueinfo, rt_sigprocmask, rt_sigaction */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { QUEUED = 50, STORM = 3000 };

static volatile sig_atomic_t expected, disordered;

static void handle(int signo, siginfo_t *info, void *context)
{
    (void)context;
    expected++;
    disordered += info->si_signo != signo || info->si_value.sival_int != expected;
}

static void take(int signo, int flags)
{
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | flags};
    OK(sigaction(signo, &action, NULL));
    expected = disordered = 0;
}

static void unblocked(int signo)
{
    sigset_t set;
    int failed = 0;
    sigemptyset(&set);
    sigaddset(&set, signo);
    take(signo, 0);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    for (int i = 1; i <= QUEUED; i++) {
        failed += sigqueue(getpid(), signo, (union sigval){.sival_int = i}) != 0;
    }
    IS(expected, 0);
    OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
    IS(expected, QUEUED);
    IS(disordered + failed, 0);
}

/* From another process, while this one computes, makes calls, and makes its memory grow. */
static void storm(int signo)
{
    int status = -1;
    volatile unsigned sink = 0;
    take(signo, SA_RESTART);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 1; i <= STORM; i++) {
            while (sigqueue(getppid(), signo, (union sigval){.sival_int = i}) != 0) {
                sched_yield(); /* RLIMIT_SIGPENDING */
            }
        }
        _exit(0);
    }
    for (unsigned round = 0; expected < STORM; round++) {
        if (round % 3 == 0) {
            getppid();
        } else if (round % 64 == 1) {
            free(malloc(200000));
        }
        for (unsigned i = 0; i < round % 50; i++) {
            sink += i;
        }
    }
    OK(waitpid(child, &status, 0) == child ? 0 : -1);
    IS(status, 0);
    IS(expected, STORM);
    IS(disordered, 0);
}

/* A handler for each of them. */
static void all_handled(void)
{
    int failed = 0;
    for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++) {
        struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
        failed += sigaction(signo, &action, NULL) != 0;
    }
    for (int signo = SIGRTMAX; signo >= SIGRTMIN; signo--) {
        expected = disordered = 0;
        failed += sigqueue(getpid(), signo, (union sigval){.sival_int = 1}) != 0;
        failed += expected != 1 || disordered != 0;
    }
    IS(failed, 0);
    for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++) {
        signal(signo, SIG_DFL);
    }
}

int main(void)
{
    unblocked(SIGRTMIN);
    unblocked(SIGRTMAX);
    unblocked(SIGRTMAX - 1);
    storm(SIGRTMAX);
    storm(SIGRTMIN + 1);
    storm(SIGRTMAX - 1);
    all_handled();
    pid_t child = fork();
    if (child == 0) {
        raise(SIGRTMAX);
        _exit(1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGRTMAX);
    return done();
}
