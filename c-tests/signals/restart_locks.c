/* CALLS: futex */
/* What libc makes of futexes: semaphores end with EINTR only if the handler has no SA_RESTART, mutexes and
 * condition variables never do. */
#include "interrupted.h"

#include <semaphore.h>
#include <time.h>

static sem_t semaphore;
static pthread_mutex_t mutex, held;
static pthread_cond_t condition;
static pthread_rwlock_t rwlock;
static atomic_bool signalled, release, taken;

static void post(void)
{
    sem_post(&semaphore);
}

static void signal_condition(void)
{
    pthread_mutex_lock(&mutex);
    signalled = true;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
}

static void let_go(void)
{
    release = true;
}

static void *hold(void *unused)
{
    pthread_mutex_lock(&held);
    pthread_rwlock_wrlock(&rwlock);
    taken = true;
    while (!release) {
        usleep(500);
    }
    pthread_rwlock_unlock(&rwlock);
    pthread_mutex_unlock(&held);
    return unused;
}

static pthread_t holder(void)
{
    pthread_t thread;
    release = taken = false;
    OK(-pthread_create(&thread, NULL, hold, NULL));
    while (!taken) {
        usleep(500);
    }
    return thread;
}

static struct timespec in_five_seconds(void)
{
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 5;
    return limit;
}

/* As a system call answers. */
static long as_result(int code)
{
    errno = code;
    return code ? -1 : 0;
}

static void all(void)
{
    struct timespec limit = in_five_seconds();
    OK(sem_init(&semaphore, 0, 0));
    begin(post);
    end("sem_wait", sem_wait(&semaphore));
    while (sem_trywait(&semaphore) == 0) {
    }
    if (!restarting) { /* with it glibc ends with EINTR, as its futex does; musl waits again */
        begin(post);
        end("sem_timedwait", sem_timedwait(&semaphore, &limit));
    }
    sem_destroy(&semaphore);

    int code = 0;
    signalled = false;
    pthread_mutex_lock(&mutex);
    begin_kept(signal_condition);
    while (!signalled && code == 0) {
        code = pthread_cond_wait(&condition, &mutex);
    }
    end("pthread_cond_wait", as_result(code));
    signalled = false;
    limit = in_five_seconds();
    begin_kept(signal_condition);
    while (!signalled && code == 0) {
        code = pthread_cond_timedwait(&condition, &mutex, &limit);
    }
    end("pthread_cond_timedwait", as_result(code));
    pthread_mutex_unlock(&mutex);

    pthread_t thread = holder();
    begin_kept(let_go);
    end("pthread_mutex_lock", as_result(pthread_mutex_lock(&held)));
    pthread_mutex_unlock(&held);
    pthread_join(thread, NULL);
    thread = holder();
    begin_kept(let_go);
    end("pthread_rwlock_rdlock", as_result(pthread_rwlock_rdlock(&rwlock)));
    pthread_rwlock_unlock(&rwlock);
    pthread_join(thread, NULL);
    thread = holder();
    begin_kept(let_go);
    end("pthread_join", as_result(pthread_join(thread, NULL)));
}

int main(void)
{
    with_and_without_restart(all);
    return done();
}
