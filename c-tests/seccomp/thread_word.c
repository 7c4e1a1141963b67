/* A filter that knows nothing of set_tid_address: threads can be joined, and follow each other, and a forked
 * child knows its thread. Natively no call is needed for that. */
/* CALLS: seccomp, set_tid_address */
#include "filter.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>

enum { LARGE = 4 << 20, MANY = 20 };

static unsigned answer;
static int started;
static volatile sig_atomic_t handled;

static void *count(void *argument)
{
    __atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
    return argument;
}

static void handle(int signo)
{
    (void)signo;
    handled++;
}

static int refuse(void)
{
    alarm(20);
    return (int)filter_call(0, SYS_set_tid_address, answer);
}

static int joined(void)
{
    pthread_t thread;
    void *result = NULL;
    IS(refuse(), 0);
    IS(pthread_create(&thread, NULL, count, &answer), 0);
    IS(pthread_join(thread, &result), 0);
    CHECK(result == &answer);
    return 0;
}

/* Their stacks are too large to be kept. */
static int detached(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    int failed = 0;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, LARGE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    IS(refuse(), 0);
    for (int i = 0; i < MANY; i++) {
        failed += pthread_create(&thread, &attributes, count, NULL) != 0;
    }
    IS(failed, 0);
    while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < MANY) {
        usleep(1000);
    }
    return 0;
}

static int forked(void)
{
    pthread_mutex_t lock;
    pthread_mutexattr_t recursive;
    signal(SIGUSR1, handle);
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&lock, &recursive);
    IS(refuse(), 0);
    fflush(stdout);
    const int child = fork();
    if (child == 0) {
        IS(pthread_mutex_lock(&lock), 0);
        IS(pthread_mutex_lock(&lock), 0);
        IS(raise(SIGUSR1), 0);
        IS(pthread_kill(pthread_self(), SIGUSR1), 0);
        IS(handled, 2);
        fflush(stdout);
        _exit(check_failures != 0);
    }
    say_end("child", child);
    return 0;
}

int main(void)
{
    static const unsigned answers[] = {SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_KILL_PROCESS};
    no_new_privileges();
    for (size_t i = 0; i < COUNT(answers); i++) {
        answer = answers[i];
        in_child("joined", joined);
        in_child("detached", detached);
        in_child("forked", forked);
    }
    return done();
}
