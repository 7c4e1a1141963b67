/* CALLS: vfork, exit_group, execve */
/* A process ends, or becomes another program, by one thread, while another sleeps for its vfork's child: the
 * child goes on alone, with the memory. */
#include "together.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static int alive[2], over[2];

static void live(void)
{
    char byte;
    char *argv[] = {"sh", "-c", "printf x >&3", NULL}, *envp[] = {NULL};
    (void)!write(alive[1], "a", 1);
    (void)!read(over[0], &byte, 1);
    for (int i = 0; i < 100; i++) {
        char *at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) {
            _exit(1);
        }
        at[i * 4096] = 1;
        munmap(at, 1 << 20);
    }
    dup2(alive[1], 3);
    execve("/bin/sh", argv, envp);
    _exit(1);
}

static void *forks(void *unused)
{
    if (vfork() == 0) {
        live();
    }
    return unused;
}

/* Mostly inside of a call that maps, when it is ended. */
static void *churn(void *unused)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *const at = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, flags, -1, 0);
    while (at != MAP_FAILED) {
        signal(SIGUSR1, SIG_IGN);
        if (mmap(at, 8 << 20, PROT_READ | PROT_WRITE, flags | MAP_FIXED | MAP_POPULATE, -1, 0) != at) {
            break;
        }
    }
    return unused;
}

static void ends(int how)
{
    char *argv[] = {"sh", "-c", "exit 6", NULL}, *envp[] = {NULL};
    char byte;
    OK(pipe(alive));
    OK(pipe(over));
    fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        start(churn, NULL);
        start(forks, NULL);
        (void)!read(alive[0], &byte, 1);
        if (how == 1) {
            execve("/bin/sh", argv, envp);
        } else if (how == 2) {
            kill(getpid(), SIGKILL);
        }
        RAW(SYS_exit_group, 5);
    }
    int status = -1;
    IS(waitpid(pid, &status, 0) == pid, 1);
    IS(status, how == 1 ? 0x600 : how == 2 ? 9 : 0x500);
    IS(write(over[1], "o", 1), 1);
    close(alive[1]);
    IS(read(alive[0], &byte, 1), 1);
    IS(byte, 'x');
    IS(read(alive[0], &byte, 1), 0);
    close(alive[0]);
    close(over[0]);
    close(over[1]);
}

int main(void)
{
    for (int i = 0; i < 9; i++) {
        ends(i % 3);
    }
    return done();
}
