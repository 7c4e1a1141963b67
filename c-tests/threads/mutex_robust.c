/* The owner ends, or its process is killed: the next one learns of it. */
/* CALLS: set_robust_list, futex, exit */
#include "together.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void make(pthread_mutex_t *mutex, int type, int shared, int protocol)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    IS(pthread_mutexattr_settype(&attributes, type), 0);
    IS(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
    IS(pthread_mutexattr_setpshared(&attributes, shared), 0);
    IS(pthread_mutexattr_setprotocol(&attributes, protocol), 0);
    IS(pthread_mutex_init(mutex, &attributes), 0);
    pthread_mutexattr_destroy(&attributes);
}

static void *lock_and_end(void *mutex)
{
    return (void *)(intptr_t)pthread_mutex_lock(mutex);
}

static atomic_int held;

static void *lock_and_nap(void *mutex)
{
    pthread_mutex_lock(mutex);
    held = 1;
    nap(10);
    return NULL;
}

static void *lock_two(void *mutexes)
{
    pthread_mutex_lock((pthread_mutex_t *)mutexes);
    pthread_mutex_lock((pthread_mutex_t *)mutexes + 1);
    pthread_exit(NULL);
}

static void by_thread(int type, int protocol)
{
    static pthread_mutex_t mutexes[2];
    make(&mutexes[0], type, PTHREAD_PROCESS_PRIVATE, protocol);
    make(&mutexes[1], type, PTHREAD_PROCESS_PRIVATE, protocol);
    /* Consistent again. */
    IS(joined(start(lock_and_end, mutexes)), 0);
    IS(pthread_mutex_lock(mutexes), EOWNERDEAD);
    IS(pthread_mutex_consistent(mutexes), 0);
    IS(pthread_mutex_unlock(mutexes), 0);
    IS(pthread_mutex_lock(mutexes), 0);
    IS(pthread_mutex_unlock(mutexes), 0);
    /* Somebody waits while the owner ends. */
    held = 0;
    pthread_t owner = start(lock_and_nap, mutexes);
    wait_until(&held, 1);
    IS(pthread_mutex_lock(mutexes), EOWNERDEAD);
    joined(owner);
    IS(pthread_mutex_consistent(mutexes), 0);
    IS(pthread_mutex_unlock(mutexes), 0);
    /* Two at once. */
    joined(start(lock_two, mutexes));
    IS(pthread_mutex_trylock(&mutexes[0]), EOWNERDEAD);
    IS(pthread_mutex_trylock(&mutexes[1]), EOWNERDEAD);
    IS(pthread_mutex_consistent(&mutexes[0]), 0);
    IS(pthread_mutex_unlock(&mutexes[0]), 0);
    /* Given up. */
    IS(pthread_mutex_unlock(&mutexes[1]), 0);
    IS(pthread_mutex_lock(&mutexes[1]), ENOTRECOVERABLE);
    IS(pthread_mutex_trylock(&mutexes[1]), ENOTRECOVERABLE);
    IS(pthread_mutex_consistent(&mutexes[0]), EINVAL);
}

static void by_process(int how)
{
    pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    make(mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED, PTHREAD_PRIO_NONE);
    pid_t child = fork();
    if (child == 0) {
        pthread_mutex_lock(mutex);
        if (how == 0) {
            _exit(0);
        }
        kill(getpid(), how);
        pause();
    }
    OK(waitpid(child, NULL, 0));
    struct timespec until = from_now(CLOCK_REALTIME, 3000);
    IS(pthread_mutex_timedlock(mutex, &until), EOWNERDEAD);
    IS(pthread_mutex_consistent(mutex), 0);
    IS(pthread_mutex_unlock(mutex), 0);
    munmap(mutex, 4096);
}

int main(void)
{
    by_thread(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE);
    by_thread(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
    by_thread(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE);
    by_process(0);
    return done();
}
