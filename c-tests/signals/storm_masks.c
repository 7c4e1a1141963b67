/* CALLS: rt_sigaction, rt_sigprocmask, timer_create, timer_settime */
/* Three timers whose signals meet each other, in computing code and in calls. The mask is what each handler
 * is promised, and what the interrupted code had before. */
#include "check.h"

#include <signal.h>
#include <time.h>

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))
#define WANTED 20000

static volatile sig_atomic_t seen[3], wrong_inside, wrong_after, depth, deepest;
static int signals[3];
static uint64_t promised[3];

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static void handler(int signo, siginfo_t *info, void *context)
{
    uint64_t before, inside;
    int which = 0;
    (void)info;
    memcpy(&before, &((ucontext_t *)context)->uc_sigmask, sizeof before);
    while (signals[which] != signo) {
        which++;
    }
    if (++depth > deepest) {
        deepest = depth;
    }
    if (seen[which] % 2) { /* sometimes no call at all */
        inside = mask_now();
        if (inside != (before | promised[which]) || before & BIT(signo)) {
            wrong_inside++;
        }
    }
    seen[which]++;
    depth--;
}

static void start(int which, int signo, long nanoseconds, uint64_t mask)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART, .sa_sigaction = handler};
    memcpy(&action.sa_mask, &mask, sizeof mask);
    signals[which] = signo;
    promised[which] = mask | BIT(signo);
    sigaction(signo, &action, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signo};
    struct itimerspec every = {{0, nanoseconds}, {0, nanoseconds}};
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &every, NULL);
}

int main(void)
{
    int pipes[2];
    char byte = 0;
    volatile uint64_t sum = 0;
    time_t begin = time(NULL);
    OK(pipe(pipes));
    start(0, SIGALRM, 50000, 0);
    start(1, SIGUSR1, 61000, BIT(SIGALRM));
    start(2, SIGRTMIN + 3, 73000, BIT(SIGUSR2));
    while (seen[0] + seen[1] + seen[2] < WANTED && time(NULL) < begin + 8) {
        for (int i = 0; i < 3000; i++) {
            sum = sum * 3 + (uint64_t)i;
        }
        for (int i = 0; i < 20; i++) {
            if (write(pipes[1], &byte, 1) != 1 || read(pipes[0], &byte, 1) != 1) {
                wrong_after += 1000000;
            }
        }
        wrong_after += mask_now() != 0;
    }
    uint64_t all = ~UINT64_C(0);
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
    IS(wrong_inside, 0);
    IS(wrong_after, 0);
    CHECK(seen[0] > 1000 && seen[1] > 1000 && seen[2] > 1000);
    CHECK(deepest > 1 && depth == 0);
    return done();
}
