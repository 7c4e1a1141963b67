/* A thread that waits in read(2) while a handler, which makes such calls of its own, has interrupted it. */
#include "together.h"

#include <signal.h>

static int fds[2], others[2];
static atomic_int tid, handled;

static void *block(void *unused)
{
    char byte;
    (void)unused;
    tid = (int)RAW(SYS_gettid);
    return (void *)(intptr_t)read(fds[0], &byte, 1);
}

/* Begins such a thread; the handler has counted in `handled`. */
static pthread_t start_interrupted(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    OK(pipe(fds));
    OK(pipe(others));
    IS(sigaction(SIGUSR1, &action, NULL), 0);
    pthread_t thread = start(block, NULL);
    wait_until(&tid, 1);
    wait_asleep(tid);
    IS(pthread_kill(thread, SIGUSR1), 0);
    wait_until(&handled, 1);
    return thread;
}

static void join_cancelled(pthread_t thread)
{
    void *result = NULL;
    const struct timespec limit = from_now(CLOCK_REALTIME, 5000);
    IS(pthread_timedjoin_np(thread, &result, &limit), 0);
    CHECK(result == PTHREAD_CANCELED);
}
