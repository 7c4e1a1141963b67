/* The main thread ends first; the process lives until the last one has. */
/* CALLS: exit */
#include "together.h"

#include <signal.h>

static pthread_t main_thread;
static atomic_int order;

static void at_exit(void)
{
    say("atexit, after %d", order);
}

static void *outlive(void *argument)
{
    void *result = NULL;
    int failed = pthread_join(main_thread, &result);
    say("joined main: %d, %d", failed, (int)(intptr_t)result);
    say("process is there: %s", kill(getpid(), 0) == 0 ? "yes" : "NO");
    order++;
    return argument;
}

int main(void)
{
    main_thread = pthread_self();
    atexit(at_exit);
    pthread_t thread = start(outlive, NULL);
    pthread_detach(thread);
    pthread_exit((void *)42);
}
