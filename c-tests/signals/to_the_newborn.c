/* CALLS: fork, clone, execve, kill */
/* A signal that is sent to a process or thread that has just begun is not lost: it ends it, or reaches its
 * handler, or waits as long as it is blocked. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 40

static const int signals[] = {SIGILL, SIGBUS, SIGFPE, SIGSEGV, SIGTRAP, SIGUSR1};
#define SIGNALS_TRIED 6

static char *self;
static atomic_int received;

static void handler(int signo)
{
    _exit(signo);
}

static void count(int signo)
{
    (void)signo;
    received++;
}

/* How the child ended, at the latest after two seconds. */
static int end_of(pid_t pid)
{
    int status = -1;
    for (int i = 0; i < 2000 && waitpid(pid, &status, WNOHANG) != pid; i++) {
        usleep(i < 10 ? 20 : 1000);
    }
    if (status == -1) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        return -1000;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static pid_t by_fork(void)
{
    return fork();
}

static pid_t by_clone(void)
{
    return (pid_t)RAW(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0);
}

static void *fork_in_thread(void *pid)
{
    *(pid_t *)pid = fork();
    if (*(pid_t *)pid == 0) {
        for (;;) {
            pause();
        }
    }
    return NULL;
}

static pid_t by_thread(void)
{
    static pid_t pid;
    pthread_t thread;
    pthread_create(&thread, NULL, fork_in_thread, &pid);
    pthread_join(thread, NULL);
    return pid;
}

static int lost(pid_t (*make)(void), int signo, int expected)
{
    int wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        pid_t pid = make();
        if (pid == 0) {
            for (;;) {
                pause();
            }
        }
        kill(pid, signo);
        wrong += end_of(pid) != expected;
    }
    return wrong;
}

/* Blocked when the process begins, and let in some time later. */
static int waits(int signo)
{
    int wrong = 0;
    sigset_t one, before;
    sigemptyset(&one);
    sigaddset(&one, signo);
    sigprocmask(SIG_BLOCK, &one, &before);
    for (int i = 0; i < ROUNDS; i++) {
        int go[2];
        char byte = 'g';
        wrong += pipe(go) != 0;
        pid_t pid = fork();
        if (pid == 0) {
            wrong += read(go[0], &byte, 1) != 1;
            sigprocmask(SIG_SETMASK, &before, NULL);
            _exit(99);
        }
        kill(pid, signo);
        wrong += write(go[1], &byte, 1) != 1;
        wrong += end_of(pid) != -signo;
        close(go[0]);
        close(go[1]);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return wrong;
}

/* While it becomes another program, in which the signal is ignored. */
static int survives(int signo)
{
    int wrong = 0;
    char *argv[] = {self, "executed", NULL}, *envp[] = {NULL};
    signal(signo, SIG_IGN);
    for (int i = 0; i < ROUNDS / 4; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            execve("/proc/self/exe", argv, envp);
            _exit(98);
        }
        for (int k = 0; k < 100; k++) {
            usleep(20);
            kill(pid, signo);
        }
        wrong += end_of(pid) != 55;
    }
    signal(signo, SIG_DFL);
    return wrong;
}

static void *wait_for_signal(void *seen)
{
    int *const before = seen;
    struct timespec time = {.tv_nsec = 1000000};
    for (int i = 0; i < 2000 && received == *before; i++) {
        nanosleep(&time, NULL);
    }
    return (void *)(intptr_t)(received == *before);
}

static int in_thread(int signo)
{
    int wrong = 0;
    signal(signo, count);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        void *failed;
        int before = received;
        pthread_create(&thread, NULL, wait_for_signal, &before);
        pthread_kill(thread, signo);
        pthread_join(thread, &failed);
        wrong += failed != NULL;
    }
    signal(signo, SIG_DFL);
    return wrong;
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 1) {
        usleep(10000);
        return 55;
    }
    for (int i = 0; i < SIGNALS_TRIED; i++) {
        const int signo = signals[i];
        IS(lost(by_fork, signo, -signo), 0);
        IS(lost(by_clone, signo, -signo), 0);
        IS(lost(by_thread, signo, -signo), 0);
        signal(signo, handler);
        IS(lost(by_fork, signo, signo), 0);
        signal(signo, SIG_DFL);
        IS(waits(signo), 0);
        IS(survives(signo), 0);
        IS(in_thread(signo), 0);
    }
    return done();
}
