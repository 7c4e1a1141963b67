/* pthread_kill reaches its thread, every time, whatever that thread does. */
/* CALLS: tgkill */
#include "together.h"

#include <signal.h>

#define THREADS 5
#define ROUNDS 50

static __thread int self = -1;
static atomic_int got[THREADS], wrong, stop, ready;
static volatile unsigned sink;
static int fds[2];

static void count(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    if (self < 0) {
        wrong++;
        return;
    }
    wrong += info->si_pid != getpid();
    got[self]++;
}

static void *work(void *argument)
{
    struct timespec long_time = {1000, 0};
    char byte;
    self = (int)(intptr_t)argument;
    ready++;
    for (unsigned turn = 1; !stop; turn++) {
        if (turn % 4096 == 0) {
            sched_yield(); /* with fewer processors than threads, the others' turn */
        }
        switch (self) {
        case 0: /* computes */
            sink++;
            break;
        case 1: /* sleeps */
            nanosleep(&long_time, NULL);
            break;
        case 2: /* reads what never comes */
            wrong += read(fds[0], &byte, 1) == 1;
            break;
        case 3: /* calls in short steps */
            RAW(SYS_gettid);
            break;
        default: /* allocates */
            free(malloc(100));
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO};
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(pipe(fds));
    for (intptr_t i = 0; i < THREADS; i++) {
        threads[i] = start(work, (void *)i);
    }
    wait_until(&ready, THREADS);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < THREADS; i++) {
            int before = got[i];
            wrong += pthread_kill(threads[i], SIGUSR1) != 0;
            while (got[i] == before) { /* or it would be one signal only */
                sched_yield();
            }
        }
    }
    for (int i = 0; i < THREADS; i++) {
        IS(got[i], ROUNDS);
    }
    IS(wrong, 0);
    IS(pthread_kill(threads[0], 0), 0);
    IS(pthread_kill(threads[0], 99), EINVAL);
    stop = 1;
    for (int i = 0; i < THREADS; i++) {
        pthread_kill(threads[i], SIGUSR1);
        struct timespec until = from_now(CLOCK_REALTIME, 20);
        while (pthread_timedjoin_np(threads[i], NULL, &until) != 0) {
            pthread_kill(threads[i], SIGUSR1); /* it looked at stop just before it went to sleep */
            until = from_now(CLOCK_REALTIME, 20);
        }
    }
    ERR(RAW(SYS_tgkill, getpid(), 0x7ffffff0, SIGUSR1), ESRCH);
    ERR(RAW(SYS_tgkill, 0, RAW(SYS_gettid), SIGUSR1), EINVAL);
    return done();
}
