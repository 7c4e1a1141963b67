/* exit() while others compute, sleep, wait and hold a lock. */
/* CALLS: exit_group */
/* EXPECT: status: 3 */
#include "together.h"

static atomic_int ready;
static volatile unsigned sink;
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *compute(void *unused)
{
    ready++;
    for (;;) {
        sink++;
    }
    return unused;
}

static void *wait_for_input(void *fd)
{
    char byte;
    ready++;
    return (void *)read(*(int *)fd, &byte, 1);
}

static void *wait_for_lock(void *unused)
{
    ready++;
    pthread_mutex_lock(&held);
    return unused;
}

static void *sleep_on(void *unused)
{
    ready++;
    nap(1000000);
    return unused;
}

static void goodbye(void)
{
    say("goodbye");
}

int main(void)
{
    int fds[2];
    OK(pipe(fds));
    atexit(goodbye);
    pthread_mutex_lock(&held);
    start(compute, NULL);
    start(compute, NULL);
    start(wait_for_input, &fds[0]);
    start(wait_for_lock, NULL);
    start(sleep_on, NULL);
    wait_until(&ready, 5);
    exit(check_failures ? 1 : 3);
}
