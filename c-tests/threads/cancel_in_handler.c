/* A blocking call that goes on after a signal's handler is cancelled, where that was asked for while the
 * handler ran and made such calls itself. glibc 2.41 and newer forget it. */
/* CALLS: read, tgkill */
/* REQUIRES: cancel-in-handler */
#include "interrupted_read.h"

static atomic_int cancelled;

static void handle(int signo)
{
    (void)signo;
    write(others[1], "x", 1);
    handled++;
    while (!cancelled) {
        RAW(SYS_sched_yield);
    }
}

int main(void)
{
    pthread_t thread = start_interrupted(handle);
    IS(pthread_cancel(thread), 0);
    nap(20);
    cancelled = 1;
    join_cancelled(thread);
    return done();
}
