/* However a process ends, the locks that its threads held go to others: all threads' locks, not only those of
 * the one that ends it. */
/* CALLS: set_robust_list, exit_group, execve, vfork */
#include "together.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* musl for wasm has no vfork of its own: nothing can return twice there but the call itself. */
#ifdef __wasm__
#define VFORK() RAW(SYS_vfork)
#else
#define VFORK() vfork()
#endif

#define THREADS 4
#define EACH 3
#define LOCKS ((THREADS + 1) * EACH)

/* Locks lie far from each other, and two in each other's reach. */
struct shared {
    pthread_mutex_t mutex[LOCKS];
    char far[3 << 20];
    pthread_mutex_t last;
};

static struct shared *shared;
static atomic_int ready, proceed;
static volatile unsigned sink;

static void make(pthread_mutex_t *mutex, int protocol)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setprotocol(&attributes, protocol);
    if (pthread_mutex_init(mutex, &attributes) != 0) {
        abort();
    }
    pthread_mutexattr_destroy(&attributes);
}

static void lock_own(int number)
{
    for (int i = 0; i < EACH; i++) {
        pthread_mutex_lock(&shared->mutex[number * EACH + i]);
    }
    if (number == 0) {
        pthread_mutex_lock(&shared->last);
    }
    ready++;
}

static void *computes(void *number)
{
    lock_own((int)(intptr_t)number);
    while (!proceed) {
        sink++;
    }
    return NULL;
}

static void *sleeps(void *number)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    lock_own((int)(intptr_t)number);
    while (!proceed) {
        nap(20000);
    }
    return NULL;
}

static void *waits_for_lock(void *number)
{
    lock_own((int)(intptr_t)number);
    pthread_mutex_lock(&shared->mutex[0]); /* of the first */
    pthread_mutex_unlock(&shared->mutex[0]);
    return NULL;
}

static int end_pipe[2];

static void *waits_for_child(void *number)
{
    lock_own((int)(intptr_t)number);
    pid_t pid = VFORK();
    if (pid == 0) {
        char byte;
        RAW(SYS_read, end_pipe[0], &byte, 1);
        _exit(0);
    }
    return NULL;
}

static void begin(int with_child)
{
    start(computes, (void *)0);
    start(sleeps, (void *)1);
    wait_until(&ready, 2);
    start(waits_for_lock, (void *)2);
    start(with_child ? waits_for_child : sleeps, (void *)3);
    wait_until(&ready, 4);
    lock_own(4);
    nap(3);
}

static void by_exit(void)
{
    begin(0);
    RAW(SYS_exit_group, 3);
}

static void *exits(void *unused)
{
    RAW(SYS_exit_group, 3);
    return unused;
}

static void by_two_at_once(void)
{
    begin(0);
    start(exits, NULL);
    RAW(SYS_exit_group, 3);
}

static void by_exit_while_one_sleeps(void)
{
    begin(1);
    RAW(SYS_exit_group, 3);
}

static void by_execve(void)
{
    char *arguments[] = {"sh", "-c", "exit 3", NULL}, *environment[] = {NULL};
    begin(0);
    execve("/bin/sh", arguments, environment);
}

/* One that fails takes no lock away. */
static void by_nothing(void)
{
    static char text[200000];
    char *arguments[] = {"sh", text, NULL}, *environment[] = {NULL};
    memset(text, 'a', sizeof text - 1);
    begin(0);
    int failed = execve("/bin/sh", arguments, environment) == -1 && errno == E2BIG;
    int held = pthread_mutex_trylock(&shared->mutex[EACH]) == EBUSY && pthread_mutex_trylock(&shared->last) == EBUSY;
    RAW(SYS_exit_group, failed && held ? 3 : 4);
}

static void by_signal(void)
{
    begin(0);
    signal(SIGSEGV, SIG_DFL);
    kill(getpid(), SIGSEGV);
}

static int dead(pthread_mutex_t *mutex)
{
    struct timespec until = from_now(CLOCK_REALTIME, 3000);
    int result = pthread_mutex_timedlock(mutex, &until);
    return result == EOWNERDEAD && pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0;
}

static void check(const char *how, void (*end)(void), int protocol)
{
    for (int i = 0; i < LOCKS; i++) {
        make(&shared->mutex[i], protocol);
    }
    make(&shared->last, protocol);
    fflush(NULL);
    OK(pipe(end_pipe));
    pid_t pid = fork();
    if (pid == 0) {
        close(end_pipe[1]);
        end();
        _exit(9);
    }
    int status = 0, count = 0;
    close(end_pipe[0]);
    OK(waitpid(pid, &status, 0));
    for (int i = 0; i < LOCKS; i++) {
        count += dead(&shared->mutex[i]);
    }
    close(end_pipe[1]);
    say("%s: status %d, locks %d, and %d", how, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), count,
        dead(&shared->last));
}

int main(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    for (int i = 0; i < 2; i++) {
        check("exit_group", by_exit, i ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE);
        check("two at once", by_two_at_once, PTHREAD_PRIO_NONE);
        check("a parent asleep", by_exit_while_one_sleeps, PTHREAD_PRIO_NONE);
        check("execve", by_execve, i ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE);
        check("execve that fails", by_nothing, PTHREAD_PRIO_NONE);
        check("fatal signal", by_signal, PTHREAD_PRIO_NONE);
    }
    return done();
}
