/* execve in a process with threads ends them all; from another thread the new program has the process's id.
 */
/* CALLS: execve, gettid */
#include "together.h"

#include <sys/wait.h>

static atomic_int ready;
static volatile unsigned sink;
static const char *program;
static char old_pid[32];

static void *compute(void *unused)
{
    ready++;
    for (;;) {
        sink++;
    }
    return unused;
}

static void *wait_there(void *fd)
{
    char byte;
    ready++;
    read(*(int *)fd, &byte, 1);
    return NULL;
}

static void *replace(void *unused)
{
    char *arguments[] = {(char *)program, "again", old_pid, NULL};
    execv(program, arguments);
    perror("execv");
    return unused;
}

static int second(const char *pid)
{
    CHECK(getpid() == atoi(pid));
    CHECK(RAW(SYS_gettid) == getpid());
    CHECK(status_of("Threads") == 1);
    return done();
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        return second(argv[2]);
    }
    int fds[2], status = -1;
    program = argc > 0 ? argv[0] : "";
    OK(pipe(fds));
    for (int by_thread = 0; by_thread < 2; by_thread++) {
        pid_t child = fork();
        if (child == 0) {
            snprintf(old_pid, sizeof old_pid, "%d", getpid());
            start(compute, NULL);
            start(wait_there, &fds[0]);
            wait_until(&ready, 2);
            if (by_thread) {
                joined(start(replace, NULL));
            } else {
                replace(NULL);
            }
            _exit(99);
        }
        OK(waitpid(child, &status, 0));
        IS(status, 0);
    }
    return done();
}
