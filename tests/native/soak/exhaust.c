/* exhaust WHAT: takes it until the kernel refuses, says why ("EMFILE"), gives it back, and checks that there is more.
 * Limits are the starter's; `exhaust processes` and `threads` become an ordinary user, whom RLIMIT_NPROC binds. */
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 4096 };

static void say(const char *what, int error)
{
    const char *name = error == 0 ? "fine" : error == EAGAIN ? "EAGAIN" : error == EMFILE ? "EMFILE" :
                       error == ENOMEM ? "ENOMEM" : strerror(error);
    printf("%s %s\n", what, name);
    fflush(stdout);
}

/* Other programs of this user count too. */
static void be_somebody(rlim_t processes)
{
    const struct rlimit limit = {processes, processes};
    const uid_t user = 1000000000 + (uid_t)getpid();
    need(geteuid() != 0 || setresuid(user, user, user) == 0, "setresuid");
    need(setrlimit(RLIMIT_NPROC, &limit) == 0, "setrlimit");
}

static void descriptors(const char *program)
{
    int fds[MOST], count = 0;
    while (count < MOST && (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) {
        count++;
    }
    say("open", errno);
    say("dup", dup(0) < 0 ? errno : 0);
    say("pipe", pipe(fds + MOST - 2) < 0 ? errno : 0);
    say("socket", socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0);
    say("epoll", epoll_create1(0) < 0 ? errno : 0);
    say("eventfd", eventfd(0, 0) < 0 ? errno : 0);
    say("memfd", memfd_create("x", 0) < 0 ? errno : 0);
    say("opendir", opendir("/") == NULL ? errno : 0);
    execl(program, program, NULL); /* natively it needs none */
    say("execl", errno);
    while (count > 0) {
        close(fds[--count]);
    }
    say("open", open("/dev/null", O_RDONLY) < 0 ? errno : 0);
}

static void processes(void)
{
    pid_t pids[MOST];
    int count = 0, error = 0;
    be_somebody(30);
    while (count < MOST && (pids[count] = fork()) > 0) {
        count++;
    }
    if (count < MOST && pids[count] == 0) {
        pause();
    }
    error = errno;
    while (count > 0) {
        kill(pids[--count], SIGKILL);
        waitpid(pids[count], NULL, 0);
    }
    say("fork", error);
    pid_t last = fork();
    if (last == 0) {
        _exit(0);
    }
    say("fork", last < 0 || waitpid(last, NULL, 0) != last ? errno : 0);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void threads(void)
{
    static pthread_t all[MOST];
    pthread_attr_t small;
    int count = 0, error = 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    pthread_mutex_lock(&gate);
    while (count < MOST && (error = pthread_create(&all[count], &small, wait_at_gate, NULL)) == 0) {
        count++;
    }
    say("pthread_create", error);
    pthread_mutex_unlock(&gate);
    while (count > 0) {
        pthread_join(all[--count], NULL);
    }
    counted(); /* until they are gone from the kernel */
    error = pthread_create(&all[0], &small, wait_at_gate, NULL);
    say("pthread_create", error == 0 ? pthread_join(all[0], NULL) : error);
}

static void memory(void)
{
    enum { SIZE = 1 << 20 };
    static char *parts[MOST];
    int count = 0;
    while (count < MOST && (parts[count] = malloc(SIZE)) != NULL) {
        memset(parts[count++], 1, SIZE);
    }
    say("malloc", count < MOST ? errno : 0);
    say("mmap", mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0);
    pthread_t thread;
    say("pthread_create", pthread_create(&thread, NULL, wait_at_gate, NULL));
    while (count > 0) {
        free(parts[--count]);
    }
    say("malloc", malloc(SIZE) == NULL ? errno : 0);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "descriptors") == 0) {
        descriptors(argv[0]);
    } else if (strcmp(what, "processes") == 0) {
        processes();
    } else if (strcmp(what, "threads-of-user") == 0) {
        be_somebody(30);
        threads();
    } else if (strcmp(what, "threads") == 0) {
        threads();
    } else if (strcmp(what, "memory") == 0) {
        memory();
    }
    return 0;
}
