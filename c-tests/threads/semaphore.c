/* Semaphores, with and without names. */
/* CALLS: futex, open, mmap */
#include "together.h"

#include <limits.h>
#include <semaphore.h>
#include <signal.h>

static sem_t sem, other;
static atomic_int served, tid;

static void *serve(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        while (sem_wait(&sem) != 0) {
        }
        served++;
        sem_post(&other);
    }
    return unused;
}

static void ignore(int signo)
{
    (void)signo;
}

static void *interrupted(void *unused)
{
    (void)unused;
    tid = (int)RAW(SYS_gettid);
    int result = sem_wait(&sem);
    return (void *)(intptr_t)(result == -1 ? errno : 0);
}

static void unnamed(void)
{
    int value = -1;
    struct timespec until = from_now(CLOCK_REALTIME, 5), bad = {1, -1};
    IS(sem_init(&sem, 0, 2), 0);
    IS(sem_init(&other, 0, 0), 0);
    IS(sem_getvalue(&sem, &value), 0);
    IS(value, 2);
    IS(sem_wait(&sem), 0);
    IS(sem_trywait(&sem), 0);
    ERR(sem_trywait(&sem), EAGAIN);
    ERR(sem_timedwait(&sem, &until), ETIMEDOUT);
    ERR(sem_timedwait(&sem, &bad), EINVAL);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = start(serve, NULL);
    }
    for (int i = 0; i < 3000; i++) {
        sem_post(&sem);
        while (sem_wait(&other) != 0) {
        }
    }
    for (int i = 0; i < 3; i++) {
        joined(threads[i]);
    }
    IS(served, 3000);
    ERR(sem_init(&sem, 0, (unsigned)INT_MAX + 1), EINVAL);
    IS(sem_init(&sem, 0, INT_MAX), 0);
    ERR(sem_post(&sem), EOVERFLOW);
}

static void signalled(void)
{
    struct sigaction action = {.sa_handler = ignore};
    sigaction(SIGUSR1, &action, NULL);
    IS(sem_init(&sem, 0, 0), 0);
    pthread_t thread = start(interrupted, NULL);
    while (tid == 0) {
        sched_yield();
    }
    wait_asleep(tid);
    IS(pthread_kill(thread, SIGUSR1), 0);
    IS(joined(thread), EINTR);
}

static void named(void)
{
    char name[64];
    int value = -1;
    snprintf(name, sizeof name, "/threads-test-%d", getpid());
    sem_t *one = sem_open(name, O_CREAT | O_EXCL, 0600, 3);
    if (one == SEM_FAILED && (errno == ENOSYS || errno == EACCES || errno == ENOENT)) {
        skip("no /dev/shm");
    }
    CHECK(one != SEM_FAILED);
    CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 3) == SEM_FAILED && errno == EEXIST);
    sem_t *two = sem_open(name, 0);
    CHECK(two == one);
    IS(sem_wait(two), 0);
    IS(sem_getvalue(one, &value), 0);
    IS(value, 2);
    IS(sem_close(two), 0);
    IS(sem_close(one), 0);
    IS(sem_unlink(name), 0);
    ERR(sem_unlink(name), ENOENT);
    CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
}

int main(void)
{
    unnamed();
    signalled();
    named();
    return done();
}
