/* A process's first thread is cancelled, or sent a signal, before it has run. */
/* CALLS: tgkill, rt_sigaction */
#include "together.h"

#include <signal.h>
#include <sys/wait.h>

enum { PROCESSES = 150 };

static atomic_int cleaned, handled;

static void clean(void *unused)
{
    (void)unused;
    cleaned++;
}

static void *wait_long(void *unused)
{
    pthread_cleanup_push(clean, NULL);
    sleep(60);
    pthread_cleanup_pop(0);
    return unused;
}

static void handle(int signo)
{
    handled += signo;
}

static void *wait_for_signal(void *signo)
{
    wait_until(&handled, (int)(intptr_t)signo);
    return NULL;
}

static bool cancel_first(void)
{
    pthread_t thread = start(wait_long, NULL);
    void *result = NULL;
    int failed = pthread_cancel(thread) | pthread_join(thread, &result);
    return failed == 0 && result == PTHREAD_CANCELED && cleaned <= 1;
}

static bool signal_first(int signo)
{
    pthread_t thread = start(wait_for_signal, (void *)(intptr_t)signo);
    int failed = pthread_kill(thread, signo) | pthread_join(thread, NULL);
    return failed == 0 && handled == signo;
}

int main(void)
{
    int good = 0;
    struct sigaction action = {.sa_handler = handle};
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(sigaction(SIGBUS, &action, NULL));
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(30);
            _exit((i % 3 == 0 ? cancel_first() : signal_first(i % 3 == 1 ? SIGUSR1 : SIGBUS)) ? 0 : 1);
        }
        int status = -1;
        good += waitpid(child, &status, 0) == child && status == 0;
    }
    IS(good, PROCESSES);
    return done();
}
