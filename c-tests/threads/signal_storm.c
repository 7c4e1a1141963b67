/* Signals for the process arrive all the time while threads start, work and end; none is lost, none hits half
 * a thread. */
/* CALLS: setitimer, rt_sigqueueinfo, kill */
#include "together.h"

#include <signal.h>
#include <sys/time.h>

#define SENT 3000
#define BATCH 4

static atomic_int ticks, counted, wrong, sending = 1;
static __thread int own = 7;

static void tick(int signo)
{
    (void)signo;
    wrong += own != 7;
    ticks++;
}

/* Real-time signals queue: each one counts. */
static void count(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    wrong += own != 7 || info->si_value.sival_int != 99;
    counted++;
}

static void *work(void *argument)
{
    wrong += own != 7;
    char *bytes = malloc(100);
    RAW(SYS_getppid);
    free(bytes);
    return argument;
}

static void *send(void *unused)
{
    for (int i = 0; i < SENT; i++) {
        while (sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 99}) != 0) {
            sched_yield();
        }
        if (i % 8 == 0) {
            sched_yield();
        }
    }
    sending = 0;
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    struct sigaction queued = {.sa_sigaction = count, .sa_flags = SA_RESTART | SA_SIGINFO};
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    OK(sigaction(SIGALRM, &action, NULL));
    OK(sigaction(SIGRTMIN, &queued, NULL));
    OK(setitimer(ITIMER_REAL, &often, NULL));
    pthread_t sender = start(send, NULL);
    while (sending) {
        pthread_t threads[BATCH];
        for (intptr_t i = 0; i < BATCH; i++) {
            threads[i] = start(work, (void *)i);
        }
        for (int i = 0; i < BATCH; i++) {
            wrong += joined(threads[i]) != i;
        }
    }
    joined(sender);
    OK(setitimer(ITIMER_REAL, &never, NULL));
    for (int i = 0; i < 5000 && counted < SENT; i++) {
        nap(1);
    }
    IS(counted, SENT);
    IS(wrong, 0);
    CHECK(ticks > 0);
    return done();
}
