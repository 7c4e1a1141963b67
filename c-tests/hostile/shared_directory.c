/* CALLS: clone, execve, chdir, open */
/* A program whose current directory another process moves for it, into /proc: execve keeps what CLONE_FS
 * shares. Threads share descriptors, so the host's memory may not even be opened. */
#include "check.h"

#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define TO_CHILD 10
#define TO_PARENT 11

static atomic_int stop;

static void *second(void *unused)
{
    while (!atomic_load(&stop)) {
        usleep(1000);
    }
    return unused;
}

/* Tells the other process to go on, or waits to be told.  Prints nothing: both print at the same time. */
static void tell(int fd)
{
    if (write(fd, "", 1) != 1) {
        _exit(98);
    }
}

static void wait_for(int fd)
{
    char byte;
    if (read(fd, &byte, 1) != 1) {
        _exit(97);
    }
}

static void try_memory(const char *when)
{
    const int fd = open("mem", O_RDWR);
    say("%s: %s", when, fd >= 0 ? "OPEN" : "closed");
    close(fd);
}

static int child(bool moved_first)
{
    pthread_t thread;
    if (moved_first) {
        tell(TO_PARENT);
        wait_for(TO_CHILD);
    }
    pthread_create(&thread, NULL, second, NULL);
    try_memory("with a thread");
    tell(TO_PARENT);
    wait_for(TO_CHILD);
    try_memory("moved");
    atomic_store(&stop, 1);
    pthread_join(thread, NULL);
    return done();
}

static void go_into(pid_t pid)
{
    char folder[40];
    snprintf(folder, sizeof folder, "/proc/%d", (int)pid);
    if (chdir(folder) != 0) {
        _exit(96);
    }
}

static void share_with(const char *order)
{
    int to_child[2], to_parent[2], status;
    OK(pipe(to_child));
    OK(pipe(to_parent));
    char *const words[] = {"shared_directory", (char *)order, NULL};
    const pid_t pid = (pid_t)RAW(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        dup2(to_child[0], TO_CHILD);
        dup2(to_parent[1], TO_PARENT);
        execv("/proc/self/exe", words);
        _exit(99);
    }
    if (pid < 0) {
        return;
    }
    for (int i = 0; i < (strcmp(order, "first") == 0 ? 2 : 1); i++) {
        wait_for(to_parent[0]);
        go_into(pid);
        tell(to_child[1]);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    IS(WEXITSTATUS(status), 0);
    OK(chdir("/"));
    for (int i = 0; i < 2; i++) {
        close(to_child[i]);
        close(to_parent[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return child(strcmp(argv[1], "first") == 0);
    }
    fflush(stdout);
    share_with("first");
    fflush(stdout);
    share_with("then");
    return done();
}
