/* CALLS: vfork */
/* Signals come at every instruction around a vfork, to the parent and to the child, to several threads, and
 * some handlers vfork themselves. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 150

static const int signals[] = {SIGUSR1, SIGUSR2, SIGSEGV, SIGALRM, SIGFPE};
static atomic_int wrong, handled, nested;

static int end_of(pid_t pid)
{
    int status = -1;
    pid_t found;
    do {
        found = waitpid(pid, &status, 0);
    } while (found < 0 && errno == EINTR);
    return found != pid ? -1000 : WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void count(int signo)
{
    const int before = errno;
    (void)signo;
    handled++;
    errno = before;
}

static void forks_again(int signo)
{
    const int before = errno;
    (void)signo;
    if (nested++ < 40) {
        const pid_t pid = vfork();
        if (pid == 0) {
            _exit(9);
        }
        wrong += end_of(pid) != 9;
    }
    errno = before;
}

static void ignore_all(void)
{
    for (int i = 0; i < 5; i++) {
        signal(signals[i], SIG_IGN);
    }
}

static void *forks(void *unused)
{
    char *argv[] = {"true", NULL}, *envp[] = {NULL};
    for (volatile int i = 0; i < ROUNDS; i++) {
        const pid_t pid = vfork();
        if (pid == 0) {
            if (i % 10 == 0) {
                ignore_all(); /* in the child alone */
                execve("/bin/true", argv, envp);
            }
            char *const at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            raise(SIGUSR2);
            munmap(at, 8192);
            _exit(i % 100);
        }
        const int end = end_of(pid);
        if (end != (i % 10 == 0 ? 0 : i % 100)) {
            check_failed(__FILE__, __LINE__, "round %d: %d", i, end);
        }
    }
    return unused;
}

/* To all of the group: this process, which is the sender's parent, and whatever children it has. */
static void send_all(pid_t to)
{
    struct timespec time = {.tv_nsec = 30000};
    ignore_all();
    for (unsigned i = 0; getppid() == to; i++) {
        kill(0, signals[i % 5]);
        nanosleep(&time, NULL);
    }
    _exit(0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    const pid_t me = getpid();
    pthread_t threads[3];
    setpgid(0, 0);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    action.sa_handler = forks_again;
    sigaction(SIGALRM, &action, NULL);
    const pid_t sender = fork();
    if (sender == 0) {
        send_all(me);
    }
    forks(NULL);
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, forks, NULL);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    kill(sender, SIGKILL);
    IS(end_of(sender), -SIGKILL);
    CHECK(handled > 0);
    IS(wrong, 0);
    return done();
}
