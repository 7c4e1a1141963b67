/* Signals come at every instruction of threads that map memory, while others fork, by fork and by vfork. */
/* CALLS: fork, vfork, mmap */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { MAPPING = 2, ROUNDS = 150 };

static atomic_int over, handled;

static void count(int signo)
{
    (void)signo;
    handled++;
}

static void *map(void *unused)
{
    while (!over) {
        char *const at = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        at[0] = 1;
        mprotect(at, 4096, PROT_READ);
        munmap(at, 16384);
    }
    return unused;
}

static int end_of(pid_t pid)
{
    int status = -1;
    pid_t found;
    do {
        found = waitpid(pid, &status, 0);
    } while (found < 0 && errno == EINTR);
    return found == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void send_all(pid_t to)
{
    const struct timespec time = {.tv_nsec = 20000};
    while (getppid() == to) {
        kill(to, SIGUSR1);
        kill(to, SIGUSR2);
        nanosleep(&time, NULL);
    }
    _exit(0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    const pid_t me = getpid();
    pthread_t threads[MAPPING];
    sigset_t ours, before;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    const pid_t sender = fork();
    if (sender == 0) {
        send_all(me);
    }
    for (int i = 0; i < MAPPING; i++) {
        pthread_create(&threads[i], NULL, map, NULL);
    }
    /* Those that map have the signals, and so do children. */
    sigemptyset(&ours);
    sigaddset(&ours, SIGUSR1);
    sigaddset(&ours, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    int wrong = 0;
    for (volatile int i = 0; i < ROUNDS; i++) {
        const pid_t pid = i % 2 == 0 ? fork() : vfork();
        if (pid == 0) {
            _exit(i % 100);
        }
        wrong += end_of(pid) != i % 100;
    }
    over = 1;
    for (int i = 0; i < MAPPING; i++) {
        pthread_join(threads[i], NULL);
    }
    kill(sender, SIGKILL);
    waitpid(sender, NULL, 0);
    CHECK(handled > 0);
    IS(wrong, 0);
    return done();
}
