/* CALLS: exit_group, fork, vfork, execve, wait4 */
/* How processes and threads end in contexts, and how they fork there. */
#include "contexts.h"

#include <pthread.h>
#include <sys/wait.h>

static ucontext_t ours, theirs, inner;

static void at_exit(void)
{
    say("at exit");
    fflush(stdout);
}

static void nothing(void)
{
}

static void exits(void)
{
    exit(3);
}

static void exits_at_once(void)
{
    _exit(4);
}

static void aborts(void)
{
    abort();
}

static void executes(void)
{
    execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
}

static void forks(void)
{
    int status, pid = fork();
    if (pid == 0) { /* the child goes on in this context, and in the others */
        swapcontext(&theirs, &ours);
        exit(6);
    }
    waitpid(pid, &status, 0);
    exit(WEXITSTATUS(status) + 1);
}

static void vforks(void)
{
    int status, pid = vfork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", "exit 8", (char *)NULL);
        _exit(1);
    }
    waitpid(pid, &status, 0);
    swapcontext(&theirs, &ours);
    exit(WEXITSTATUS(status) + 1);
}

static void exits_inside(void)
{
    MAKE(&inner, NULL, exits, 0);
    setcontext(&inner);
}

static void faults(void)
{
    *(volatile int *)bad_pointer() = 1;
}

static void end_by(const char *name, void (*function)(void), int times)
{
    int status, pid;
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        atexit(at_exit);
        MAKE(&theirs, NULL, function, 0);
        while (times-- > 0) {
            swapcontext(&ours, &theirs);
        }
        exit(99);
    }
    waitpid(pid, &status, 0);
    say("%s: %s %d", name, WIFSIGNALED(status) ? "signal" : "status",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void ends_thread(void)
{
    pthread_exit((void *)17);
}

static void *in_thread(void *unused)
{
    ucontext_t own, other;
    MAKE(&other, NULL, ends_thread, 0);
    swapcontext(&own, &other);
    return unused;
}

static void *without_link(void *unused)
{
    ucontext_t own, other;
    MAKE(&other, NULL, nothing, 0);
    swapcontext(&own, &other);
    return unused;
}

static void threads(void)
{
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, &result);
    IS((intptr_t)result, 17);
}

/* The first thread ends in a context, the others go on. */
static void *outlives(void *main_thread)
{
    pthread_join(*(pthread_t *)main_thread, NULL);
    exit(12);
}

static void first_ends(void)
{
    static pthread_t self;
    pthread_t thread;
    self = pthread_self();
    pthread_create(&thread, NULL, outlives, &self);
    pthread_exit(NULL);
}

static void thread_ends_all(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, without_link, NULL);
    pthread_join(thread, NULL);
    _exit(77);
}

int main(void)
{
    end_by("without a link", nothing, 1);
    end_by("exit", exits, 1);
    end_by("_exit", exits_at_once, 1);
    end_by("abort", aborts, 1);
    end_by("execve", executes, 1);
    end_by("fork", forks, 2);
    end_by("vfork", vforks, 2);
    end_by("exit, two deep", exits_inside, 1);
    end_by("fault", faults, 1);
    end_by("first thread", first_ends, 1);
    end_by("without a link, in a thread", thread_ends_all, 1);
    threads();
    return done();
}
