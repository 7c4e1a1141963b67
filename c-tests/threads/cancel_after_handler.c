/* A blocking call that goes on after a signal's handler can still be cancelled, although the handler has made
 * such calls itself: afterwards, or while the handler runs. */
/* CALLS: read, tgkill */
#include "together.h"

#include <signal.h>

static int fds[2], others[2];
static atomic_int tid, handled, cancelled;
static volatile bool waits;

static void handle(int signo)
{
    (void)signo;
    write(others[1], "x", 1);
    handled++;
    while (waits && !cancelled) {
        RAW(SYS_sched_yield);
    }
}

static void *block(void *unused)
{
    char byte;
    (void)unused;
    tid = (int)RAW(SYS_gettid);
    return (void *)(intptr_t)read(fds[0], &byte, 1);
}

static void cancel(const char *when)
{
    void *result = NULL;
    tid = handled = cancelled = 0;
    pthread_t thread = start(block, NULL);
    wait_until(&tid, 1);
    wait_asleep(tid);
    IS(pthread_kill(thread, SIGUSR1), 0);
    wait_until(&handled, 1);
    if (!waits) {
        nap(20);
        wait_asleep(tid);
    }
    IS(pthread_cancel(thread), 0);
    if (waits) {
        nap(20);
    }
    cancelled = 1;
    const struct timespec limit = from_now(CLOCK_REALTIME, 5000);
    IS(pthread_timedjoin_np(thread, &result, &limit), 0);
    say("%s: %s", when, result == PTHREAD_CANCELED ? "cancelled" : "not cancelled");
}

int main(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    OK(pipe(fds));
    OK(pipe(others));
    IS(sigaction(SIGUSR1, &action, NULL), 0);
    cancel("after the handler");
    waits = true;
    cancel("during the handler");
    return done();
}
