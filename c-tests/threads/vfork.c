/* CALLS: vfork, clone */
/* A thread sleeps until its child ends; meanwhile the others map memory, set handlers, and fork as well. */
#include "together.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* musl for wasm has no vfork of its own: nothing can return twice there but the call itself. */
#ifdef __wasm__
#define VFORK() RAW(SYS_vfork)
#else
#define VFORK() vfork()
#endif

static int alive[2], over[2];
static atomic_int stop, wrong;

/* The child of a thread that sleeps: lives until the other thread is through. */
static void live(void)
{
    struct pollfd end = {.fd = over[0], .events = POLLIN};
    char byte = 'a';
    RAW(SYS_write, alive[1], &byte, 1);
    int ended = (int)RAW(SYS_poll, &end, 1, 20000) == 1 && RAW(SYS_read, over[0], &byte, 1) == 1;
    _exit(ended ? 5 : 6);
}

static int end_of_child(pid_t pid)
{
    int status = -1;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void handler(int signo)
{
    (void)signo;
}

static int map_and_unmap(void)
{
    int failures = 0;
    for (int i = 0; i < 200; i++) {
        char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) {
            failures++;
            continue;
        }
        at[i] = 1;
        failures += mprotect(at, 4096, PROT_READ) != 0 || munmap(at, 65536) != 0;
    }
    return failures;
}

static int set_handlers(void)
{
    int failures = 0;
    for (int i = 0; i < 50; i++) {
        struct sigaction action = {.sa_handler = i % 2 ? handler : SIG_DFL};
        failures += sigaction(SIGUSR1, &action, NULL) != 0;
    }
    return failures;
}

static atomic_int stop, wrong;

/* While the child of the other thread lives. */
static void *work(void *unused)
{
    char byte = 'b';
    IS(read(alive[0], &byte, 1), 1);
    IS(map_and_unmap(), 0);
    IS(set_handlers(), 0);
    pid_t pid = VFORK();
    if (pid == 0) {
        _exit(7);
    }
    IS(end_of_child(pid), 7);
    pid = fork();
    if (pid == 0) {
        _exit(map_and_unmap() + 8);
    }
    IS(end_of_child(pid), 8);
    IS(map_and_unmap(), 0);
    wrong += write(over[1], &byte, 1) != 1; /* now the other may print */
    return unused;
}

static void *churn(void *unused)
{
    while (!stop) {
        wrong += map_and_unmap() + set_handlers();
    }
    return unused;
}

/* Many at once: each child finds its own map of memory whole. */
static void *forks(void *unused)
{
    for (int i = 0; i < 25; i++) {
        pid_t pid = VFORK();
        if (pid == 0) {
            void *at =
                (void *)RAW(SYS_mmap, NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            long failed = RAW(SYS_munmap, at, 65536);
            _exit(at == MAP_FAILED || failed ? 1 : 9);
        }
        wrong += end_of_child(pid) != 9;
    }
    return unused;
}

/* The id of the child is where it was asked for when the parent goes on. */
static void ids(void)
{
    int parent_word = 0;
    pid_t pid = (pid_t)RAW(SYS_clone, CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD, 0, &parent_word, 0, 0);
    if (pid == 0) {
        RAW(SYS_exit_group, 4);
    }
    IS(parent_word == pid, 1);
    IS(end_of_child(pid), 4);
    int pidfd = -1;
    pid = (pid_t)RAW(SYS_clone, CLONE_VFORK | CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0);
    if (pid == 0) {
        RAW(SYS_exit_group, 3);
    }
    siginfo_t info;
    IS(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED), 0);
    IS(info.si_status, 3);
    ERR(RAW(SYS_clone, CLONE_VFORK | CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &pidfd, 0, 0), EINVAL);
}

int main(void)
{
    pthread_t threads[4];
    OK(pipe(alive));
    OK(pipe(over));
    pthread_t thread = start(work, NULL);
    pid_t pid = VFORK();
    if (pid == 0) {
        live();
    }
    IS(end_of_child(pid), 5);
    joined(thread);
    threads[0] = start(churn, NULL);
    threads[1] = start(churn, NULL);
    threads[2] = start(forks, NULL);
    threads[3] = start(forks, NULL);
    joined(threads[2]);
    joined(threads[3]);
    stop = 1;
    joined(threads[0]);
    joined(threads[1]);
    IS(wrong, 0);
    ids();
    return done();
}
