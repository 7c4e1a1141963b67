/* CALLS: execve, rt_sigaction, rt_sigprocmask, rt_sigpending */
/* A signal that means a fault, too, stays ignored, blocked or pending through execve. */
#include "check.h"
#include "child.h"

#include <pthread.h>

static char *environment[] = {"PATH=/usr/bin:/bin", NULL};

static void handler(int signo)
{
    (void)signo;
}

static const char *state_of(int signo)
{
    static char text[40];
    struct sigaction action;
    sigset_t blocked, pending;
    sigaction(signo, NULL, &action);
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    sigpending(&pending);
    snprintf(text, sizeof text, "%s %s %s",
             action.sa_handler == SIG_IGN   ? "ignored"
             : action.sa_handler == SIG_DFL ? "default"
                                            : "handled",
             sigismember(&blocked, signo) ? "blocked" : "open", sigismember(&pending, signo) ? "pending" : "none");
    return text;
}

static int again(void)
{
    sigset_t set;
    siginfo_t info;
    TEXT(state_of(SIGSEGV), "ignored open none");
    TEXT(state_of(SIGBUS), "default blocked pending");
    TEXT(state_of(SIGFPE), "ignored blocked none");
    TEXT(state_of(SIGILL), "default open none");
    OK(kill(getpid(), SIGSEGV)); /* nothing comes of it */
    sigemptyset(&set);
    sigaddset(&set, SIGBUS);
    IS(sigwaitinfo(&set, &info), SIGBUS);
    IS(info.si_code, SI_USER);
    ERR(RAW(SYS_write, 1, bad_pointer(), 1), EFAULT);
    struct sigaction action = {.sa_handler = handler};
    OK(sigaction(SIGSEGV, &action, NULL));
    TEXT(state_of(SIGSEGV), "handled open none");
    return done();
}

static void block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGBUS);
    sigaddset(&set, SIGFPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void prepare(void)
{
    signal(SIGSEGV, SIG_IGN);
    signal(SIGFPE, SIG_IGN);
    signal(SIGILL, handler);
    block();
    kill(getpid(), SIGBUS);
}

static void replace(void)
{
    char *arguments[] = {"again", "again", NULL};
    prepare();
    /* What fails changes nothing. */
    execve("missing", arguments, environment);
    ERR(RAW(SYS_write, 1, bad_pointer(), 1), EFAULT);
    TEXT(state_of(SIGSEGV), "ignored open none");
    TEXT(state_of(SIGBUS), "default blocked pending");
    fflush(NULL);
    execve(own_path(), arguments, environment);
    _exit(1);
}

static void *by_thread(void *unused)
{
    replace();
    return unused;
}

static volatile int sink;

/* Its copies fault while another thread executes a program. */
static void *fault_on(void *unused)
{
    for (;;) {
        sink += RAW(SYS_write, 1, bad_pointer(), 1) == -1;
    }
    return unused;
}

static int from_thread(void)
{
    pthread_t thread;
    block(); /* in all of them */
    for (int i = 0; i < 3; i++) {
        pthread_create(&thread, NULL, fault_on, NULL);
    }
    usleep(2000);
    pthread_create(&thread, NULL, by_thread, NULL);
    return sleep_forever();
}

static int alone(void)
{
    replace();
    return 2;
}

/* A native program finds it as well. */
static int native(void)
{
    char *arguments[] = {"sh", "-c", "kill -SEGV $$; kill -FPE $$; echo alive; kill -ILL $$", NULL};
    prepare();
    execve("/bin/sh", arguments, environment);
    return 2;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return again();
    }
    TEXT(end_of(start(alone)), "exit 0");
    TEXT(end_of(start(from_thread)), "exit 0");
    TEXT(end_of(start(native)), "signal 4");
    return done();
}
