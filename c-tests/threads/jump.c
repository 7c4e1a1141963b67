/* Handlers leave by siglongjmp, out of code that computes after it called deep down: in every thread for
 * itself. */
/* CALLS: tgkill, rt_sigprocmask */
#include "together.h"

#include <setjmp.h>
#include <signal.h>

#define THREADS 3
#define ROUNDS 24

static __thread sigjmp_buf back;
static __thread volatile sig_atomic_t armed;
static __thread volatile unsigned sink;
static atomic_int ready[THREADS], rounds[THREADS];

static void leave(int signo)
{
    if (armed) {
        armed = 0;
        siglongjmp(back, signo);
    }
}

/* Its frames, and those of the calls in it, are overwritten later. */
__attribute__((noinline)) static unsigned call_deep(volatile unsigned *outer, int depth)
{
    volatile unsigned frame[64];
    frame[depth % 64] = *outer + (unsigned)RAW(SYS_getppid);
    return depth > 0 ? call_deep(frame, depth - 1) + frame[depth % 64] : frame[0];
}

__attribute__((noinline)) static unsigned compute_deep(volatile unsigned *outer, int depth)
{
    volatile unsigned frame[64];
    frame[depth % 64] = *outer;
    if (depth > 0) {
        return compute_deep(frame, depth - 1) + frame[depth % 64];
    }
    armed = 1;
    while (armed) {
        sink++;
    }
    return sink;
}

static void *work(void *argument)
{
    int self = (int)(intptr_t)argument;
    for (volatile int i = 0; i < ROUNDS; i++) {
        volatile unsigned start_value = (unsigned)i;
        sink += call_deep(&start_value, i % 24);
        if (sigsetjmp(back, 1) == 0) {
            ready[self]++;
            sink += compute_deep(&start_value, (ROUNDS - i) % 24);
        }
        rounds[self]++;
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct sigaction action = {.sa_handler = leave};
    OK(sigaction(SIGUSR1, &action, NULL));
    for (intptr_t i = 0; i < THREADS; i++) {
        threads[i] = start(work, (void *)i);
    }
    for (int left = THREADS * ROUNDS; left > 0;) {
        left = THREADS * ROUNDS;
        for (int i = 0; i < THREADS; i++) {
            if (rounds[i] < ROUNDS && ready[i] > rounds[i]) {
                pthread_kill(threads[i], SIGUSR1);
            }
            left -= rounds[i];
        }
        sched_yield();
    }
    for (int i = 0; i < THREADS; i++) {
        joined(threads[i]);
        IS(rounds[i], ROUNDS);
    }
    return done();
}
