/* CALLS: fork, gettid, tgkill */
/* A process of one thread forks, and it is the child, and the child's child, that start threads, fork from
 * them, and fork again once they have ended. */
#include "check.h"
#include "child.h"

#include <pthread.h>

enum { GENERATIONS = 4, THREADS = 4 };

static int generation;
static volatile sig_atomic_t signals_of_main;

static void on_signal(int number)
{
    (void)number;
    signals_of_main++;
}

static void *churn(void *argument)
{
    for (int i = 0; i < 200; i++) {
        char *block = malloc(3000);
        memset(block, i, 3000);
        free(block);
    }
    return argument;
}

static int nothing(void)
{
    return RAW(SYS_gettid) == getpid() ? 20 : 21;
}

static void *fork_here(void *argument)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(nothing());
    }
    bool well = waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 20;
    return well ? argument : &generation;
}

static void use_threads(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    int well = 0;
    for (intptr_t i = 0; i < THREADS; i++) {
        well += pthread_create(&threads[i], NULL, work, (void *)i) == 0;
    }
    for (intptr_t i = 0; i < THREADS; i++) {
        void *result;
        well += pthread_join(threads[i], &result) == 0 && result == (void *)i;
    }
    IS(well, 2 * THREADS);
}

static int descend(void)
{
    CHECK(RAW(SYS_gettid) == getpid());
    IS(RAW(SYS_tgkill, getpid(), RAW(SYS_gettid), SIGUSR1), 0);
    IS(signals_of_main, generation + 1);
    TEXT(end_of(start(nothing)), "exit 20"); /* alone */
    if (generation % 2 == 1) {
        use_threads(churn);
        TEXT(end_of(start(nothing)), "exit 20"); /* alone again */
        use_threads(fork_here);
    }
    if (++generation < GENERATIONS) {
        TEXT(end_of(start(descend)), "exit 10");
    }
    return 10;
}

int main(void)
{
    signal(SIGUSR1, on_signal);
    IS(descend(), 10);
    return done();
}
