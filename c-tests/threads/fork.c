/* A process with threads forks, from its first thread and from others: the child has one thread. */
/* CALLS: fork, wait4 */
#include "together.h"

#include <signal.h>
#include <sys/wait.h>

static atomic_int stop, wrong;
static __thread int own = 1;

static void *churn(void *unused)
{
    while (!stop) {
        char *bytes = malloc(1000); /* the allocator's lock is often held */
        memset(bytes, 1, 1000);
        free(bytes);
        pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void *answer(void *argument)
{
    return (char *)argument + 1;
}

/* In the child. */
static int use_everything(int expected)
{
    void *result;
    pthread_t thread;
    if (own != expected || RAW(SYS_gettid) != getpid()) {
        return 1;
    }
    if (status_of("Threads") != 1) {
        return 2;
    }
    char *bytes = malloc(100000);
    if (bytes == NULL) {
        return 3;
    }
    free(bytes);
    if (pthread_create(&thread, NULL, answer, (void *)4) != 0 || pthread_join(thread, &result) != 0 ||
        result != (void *)5) {
        return 4;
    }
    if (raise(SIGCONT) != 0) {
        return 5;
    }
    return 42;
}

static int status_of_child(int expected)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(use_everything(expected));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -2 - WTERMSIG(status);
}

static void *forks(void *number)
{
    own = (int)(intptr_t)number;
    for (int i = 0; i < 12; i++) {
        int status = status_of_child(own);
        if (status != 42) {
            say("child's status %d", status);
            wrong++;
        }
    }
    return NULL;
}

/* A child that was forked by a thread, and ends as that thread does. */
static void *forks_and_returns(void *unused)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        pthread_exit(NULL); /* its only thread */
    }
    waitpid(child, &status, 0);
    say("ended by its thread's end: %d", status);
    return unused;
}

static void prepare(void)
{
    own += 1000;
}

static void after(void)
{
    own -= 1000;
}

int main(void)
{
    pthread_t threads[4];
    IS(pthread_atfork(prepare, after, after), 0);
    threads[0] = start(churn, NULL);
    threads[1] = start(churn, NULL);
    forks((void *)7);
    threads[2] = start(forks, (void *)8);
    threads[3] = start(forks, (void *)9);
    joined(threads[2]);
    joined(threads[3]);
    stop = 1;
    joined(threads[0]);
    joined(threads[1]);
    IS(wrong, 0);
    IS(own, 7);
    joined(start(forks_and_returns, NULL));
    return done();
}
