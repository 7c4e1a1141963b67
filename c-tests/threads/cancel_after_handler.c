/* A blocking call that goes on after a signal's handler can still be cancelled, although the handler has made
 * such calls itself. */
/* CALLS: read, tgkill */
#include "interrupted_read.h"

static void handle(int signo)
{
    (void)signo;
    write(others[1], "x", 1);
    handled++;
}

int main(void)
{
    pthread_t thread = start_interrupted(handle);
    nap(20);
    wait_asleep(tid);
    IS(pthread_cancel(thread), 0);
    join_cancelled(thread);
    return done();
}
