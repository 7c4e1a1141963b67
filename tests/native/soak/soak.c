/* A guest that keeps forking, starting threads, mapping, signalling itself, opening files and executing itself:
 *
 *   soak SECONDS       two workers, of which the first also executes itself in place. Each says "warm PID" and waits
 *                      for a byte of standard input, works for so long, checks itself, says "settled PID ROUNDS" and
 *                      waits for another. Status 0 if nothing was lost and nothing left.
 *   soak alone         works until it is killed
 *
 * Files have no names, so that nothing is left wherever it is killed. */
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, BYTES = 4096, EXECUTE_EVERY = 20, WARM = 20, RSS_KIB = 4096, MAPPINGS = 16 };

static char self[] = "/proc/self/exe";
static volatile sig_atomic_t handled;

static void count_signal(int number)
{
    handled += number != 0;
}

static void children(void)
{
    for (int i = 0; i < 3; i++) {
        int status = 0;
        pid_t pid = fork();
        need(pid >= 0, "fork");
        if (pid == 0) {
            char *volatile p = malloc(1 << 20);
            memset(p, i, 1 << 20);
            if (i == 2) {
                raise(SIGKILL);
            }
            _exit(40 + p[1000]);
        }
        need(waitpid(pid, &status, 0) == pid, "waitpid");
        need(i == 2 ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 40 + i, "status");
    }
}

static atomic_int arrived;

static void *thread(void *number)
{
    char *volatile p = malloc(BYTES); /* that the compiler leaves it */
    memset(p, 1, BYTES);
    atomic_fetch_add(&arrived, (int)(intptr_t)number + p[7] - 1);
    free(p);
    return number;
}

static void threads(void)
{
    pthread_t all[THREADS];
    atomic_store(&arrived, 0);
    for (int i = 0; i < THREADS; i++) {
        need(pthread_create(&all[i], NULL, thread, (void *)(intptr_t)(i + 1)) == 0, "pthread_create");
    }
    for (int i = 0; i < THREADS; i++) {
        need(pthread_join(all[i], NULL) == 0, "pthread_join");
    }
    need(arrived == THREADS * (THREADS + 1) / 2, "threads' sum");
}

static void mappings(int round)
{
    const size_t size = (size_t)BYTES * (size_t)(1 + round % 64);
    char *p = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    need(p != MAP_FAILED, "mmap");
    memset(p, 1, 2 * size);
    need(munmap(p + size, size) == 0 && mprotect(p, size, PROT_READ) == 0, "munmap, mprotect");
    p = mremap(p, size, 3 * size, MREMAP_MAYMOVE);
    need(p != MAP_FAILED && munmap(p, 3 * size) == 0, "mremap");
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = count_signal};
    struct itimerval soon = {.it_value.tv_usec = 100};
    sigset_t alarm_only, old;
    handled = 0;
    need(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm_only, &old);
    need(setitimer(ITIMER_REAL, &soon, NULL) == 0, "setitimer");
    sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);
    need(handled == 3, "handlers");
}

static void files(void)
{
    char text[16] = "";
    int pipes[2], sockets[2];
    int fd = memfd_create("soak", MFD_CLOEXEC);
    need(fd >= 0 && ftruncate(fd, BYTES) == 0 && write(fd, "hello", 5) == 5, "memfd_create");
    char *p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    need(p != MAP_FAILED && memcmp(p, "hello", 5) == 0 && munmap(p, BYTES) == 0, "mmap of a file");
    need(close(fd) == 0, "close");
    need((fd = open(".", O_TMPFILE | O_RDWR, 0600)) >= 0 || errno == EOPNOTSUPP, "O_TMPFILE");
    close(fd);
    need(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0, "pipe, socketpair");
    need(write(pipes[1], "abc", 3) == 3 && read(pipes[0], text, 3) == 3, "pipe's bytes");
    need(write(sockets[1], text, 3) == 3 && read(sockets[0], text, 16) == 3, "socket's bytes");
    for (int i = 0; i < 2; i++) {
        close(pipes[i]);
        close(sockets[i]);
    }
}

static void round_of(int number)
{
    children();
    threads();
    mappings(number);
    signals();
    files();
}

/* A child executes this program for one round. */
static void execute_child(void)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execl(self, "soak", "once", NULL);
        _exit(127);
    }
    need(pid > 0 && waitpid(pid, &status, 0) == pid, "child");
    need(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status of the child that executed");
}

static void wait_for_tester(const char *word, int rounds)
{
    char line[64], byte;
    const int length = snprintf(line, sizeof line, "%s %d %d\n", word, (int)getpid(), rounds);
    need(write(STDOUT_FILENO, line, (size_t)length) == length, "write");
    need(read(STDIN_FILENO, &byte, 1) == 1, "read");
}

/* The worker that executes itself goes on where it was: argument 2 is the end, 3 the rounds so far. */
static void work(bool executes, long long end, int rounds)
{
    struct counts before = {0};
    const int first = rounds;
    for (;; rounds++) {
        round_of(rounds);
        if (rounds % 7 == 0) {
            execute_child();
        }
        if (rounds == WARM) {
            wait_for_tester("warm", rounds);
        }
        if (rounds == first + WARM) { /* not earlier: what is set up once is set up now */
            before = counted();
        }
        if (rounds >= WARM && now_ms() >= end && rounds > first + WARM) {
            break;
        }
        if (executes && rounds > first + EXECUTE_EVERY && rounds % EXECUTE_EVERY == 0) {
            char when[32], so_far[32];
            snprintf(when, sizeof when, "%lld", end);
            snprintf(so_far, sizeof so_far, "%d", rounds + 1);
            check_counts(before, counted(), RSS_KIB, MAPPINGS);
            execl(self, "soak", "go-on", when, so_far, NULL);
            need(false, "execl");
        }
    }
    check_counts(before, counted(), RSS_KIB, MAPPINGS);
    wait_for_tester("settled", rounds);
}

static void supervise(long long end)
{
    int status = 0;
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();
        need(pid >= 0, "fork");
        if (pid == 0) {
            work(i == 0, end, 0);
            exit(0);
        }
    }
    for (int i = 0; i < 2; i++) {
        need(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, "status of a worker");
    }
    need(wait(&status) == -1 && errno == ECHILD, "no more children");
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "alone") == 0) {
        for (int i = 0;; i++) {
            round_of(i);
            execute_child();
        }
    } else if (strcmp(word, "once") == 0) {
        round_of(1);
    } else if (strcmp(word, "go-on") == 0 && argc == 4) {
        work(true, atoll(argv[2]), atoi(argv[3]));
    } else {
        supervise(now_ms() + 1000 * atoll(word));
    }
    return 0;
}
