/* CALLS: vfork */
/* Children in their parent's memory are killed at whatever instruction they are at, while they and the
 * parent's other threads map memory and set handlers: no lock stays held, and the parent is as it was. */
#include "together.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define FORKERS 3
#define ROUNDS 60

static atomic_int over, wrong, rounds;
static volatile pid_t alive[FORKERS];

static void handler(int signo)
{
    (void)signo;
}

static int map_and_set(void)
{
    int failures = 0;
    struct sigaction action = {.sa_handler = SIG_DFL};
    char *at = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
        return 1;
    }
    at[5000] = 1;
    failures += mprotect(at, 4096, PROT_READ) != 0;
    failures += munmap(at, 1 << 16) != 0;
    failures += sigaction(SIGUSR1, &action, NULL) != 0;
    action.sa_handler = handler;
    failures += sigaction(SIGUSR1, &action, NULL) != 0;
    return failures;
}

static void *churn(void *unused)
{
    while (!over) {
        wrong += map_and_set();
    }
    return unused;
}

/* Lives until it is killed, but for one that executes in the end. */
static void live(int round)
{
    char *argv[] = {"sh", "-c", "exit 5", NULL}, *envp[] = {NULL};
    for (int i = 0; round % 4 != 0 || i < round; i++) {
        if (map_and_set() != 0) {
            _exit(1);
        }
        raise(SIGUSR1);
        execve("missing", argv, envp);
        close(open("/dev/null", O_RDONLY));
    }
    execve("/bin/sh", argv, envp);
    _exit(2);
}

static void *forks(void *of)
{
    volatile pid_t *const child = of;
    for (volatile int round = 0; round < ROUNDS; round++) {
        int status = -1;
        pid_t pid = vfork();
        if (pid == 0) {
            *child = getpid();
            live(round);
        }
        *child = 0;
        bool ended = waitpid(pid, &status, 0) == pid;
        bool killed = ended && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        bool exited = ended && WIFEXITED(status) && WEXITSTATUS(status) == 5;
        if (!killed && !exited) {
            check_failed(__FILE__, __LINE__, "round %d: status %x", round, status);
        }
        wrong += map_and_set();
        rounds++;
    }
    return NULL;
}

/* Kills after different times: none is the same distance from the start. */
static void *kills(void *unused)
{
    unsigned chosen = 12345;
    while (!over) {
        chosen = chosen * 1103515245 + 12345;
        struct timespec time = {.tv_nsec = (chosen >> 8) % 400000};
        nanosleep(&time, NULL);
        pid_t pid = alive[(chosen >> 4) % FORKERS];
        if (pid > 0) {
            kill(pid, SIGKILL);
        }
    }
    return unused;
}

int main(void)
{
    pthread_t forkers[FORKERS], others[2];
    signal(SIGUSR1, handler);
    others[0] = start(churn, NULL);
    others[1] = start(kills, NULL);
    for (int i = 0; i < FORKERS; i++) {
        forkers[i] = start(forks, (void *)&alive[i]);
    }
    for (int i = 0; i < FORKERS; i++) {
        joined(forkers[i]);
    }
    over = 1;
    joined(others[0]);
    joined(others[1]);
    IS(rounds, FORKERS * ROUNDS);
    IS(wrong, 0);
    IS(map_and_set(), 0);
    return done();
}
