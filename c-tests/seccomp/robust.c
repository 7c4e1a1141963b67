/* A process that a filter or strict mode ends leaves its robust locks to others. */
/* CALLS: seccomp, prctl, set_robust_list */
#include "filter.h"

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

static pthread_mutex_t *lock;

static int end_by(unsigned answer)
{
    if (pthread_mutex_lock(lock) == 0 && filter_call(0, SYS_getpgrp, answer) == 0) {
        RAW(SYS_getpgrp);
    }
    return 1;
}

static int by_kill_thread(void)
{
    return end_by(SECCOMP_RET_KILL_THREAD);
}

static int by_kill_process(void)
{
    return end_by(SECCOMP_RET_KILL_PROCESS);
}

static int by_trap(void)
{
    return end_by(SECCOMP_RET_TRAP);
}

static int by_strict_mode(void)
{
    if (pthread_mutex_lock(lock) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0) {
        RAW(SYS_getpgrp);
    }
    return 1;
}

static void look_after(const char *who, int (*end)(void))
{
    pthread_mutexattr_t attributes;
    struct timespec limit;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(lock, &attributes);
    in_child(who, end);
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 2;
    IS(pthread_mutex_timedlock(lock, &limit), EOWNERDEAD);
}

int main(void)
{
    no_new_privileges();
    lock = mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(lock != MAP_FAILED);
    look_after("kill thread", by_kill_thread);
    look_after("kill process", by_kill_process);
    look_after("trap", by_trap);
    look_after("strict mode", by_strict_mode);
    return done();
}
