/* CALLS: seccomp */
#include "filter.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>

static sem_t ready, go;
static int tid;
static volatile int spins, stop;

static void *parent_or_errno(void *unused)
{
    (void)unused;
    errno = 0;
    const long parent = RAW(SYS_getppid);
    return (void *)(intptr_t)(parent == -1 ? errno : 0);
}

static int in_thread(void *(*function)(void *))
{
    pthread_t thread;
    void *result = NULL;
    if (pthread_create(&thread, NULL, function, NULL) != 0) {
        return -1;
    }
    pthread_join(thread, &result);
    return (int)(intptr_t)result;
}

static void *filters_itself(void *unused)
{
    (void)unused;
    tid = (int)RAW(SYS_gettid);
    const long installed = filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EXDEV);
    sem_post(&ready);
    sem_wait(&go);
    return installed == 0 ? parent_or_errno(NULL) : NULL;
}

/* Filters are a thread's own, and those that it starts have them too. */
static int inheritance(void)
{
    pthread_t thread;
    void *result;
    CHECK(pthread_create(&thread, NULL, filters_itself, NULL) == 0);
    sem_wait(&ready);
    IS((long)parent_or_errno(NULL), 0);
    IS(in_thread(parent_or_errno), 0);
    IS(prctl(PR_GET_SECCOMP), 0);
    sem_post(&go);
    pthread_join(thread, &result);
    IS((intptr_t)result, EXDEV);
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    IS(in_thread(parent_or_errno), EDOM);
    return 0;
}

static void *waits(void *unused)
{
    (void)unused;
    sem_post(&ready);
    sem_wait(&go);
    const int privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    return (void *)((intptr_t)parent_or_errno(NULL) + (privileges == 1 ? 1000 : 0));
}

static int all_threads(void)
{
    pthread_t threads[4];
    void *result;
    for (size_t i = 0; i < COUNT(threads); i++) {
        CHECK(pthread_create(&threads[i], NULL, waits, NULL) == 0);
        sem_wait(&ready);
    }
    no_new_privileges(); /* of this thread, and with the filter of all */
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        sem_post(&go);
    }
    for (size_t i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], &result);
        IS((intptr_t)result, EDOM + 1000);
    }
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, SECCOMP_RET_ERRNO | EXDEV), 0);
    IS(in_thread(parent_or_errno), EXDEV);
    return 0;
}

/* One with filters that the others have not cannot be brought in line. */
static int apart(void)
{
    pthread_t thread;
    void *result;
    CHECK(pthread_create(&thread, NULL, filters_itself, NULL) == 0);
    sem_wait(&ready);
    CHECK(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, SECCOMP_RET_ERRNO | EDOM) == tid);
    ERR(filter_call(SECCOMP_FILTER_FLAG_TSYNC | 1 << 4, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), ESRCH);
    IS((long)parent_or_errno(NULL), 0);
    sem_post(&go);
    pthread_join(thread, &result);
    IS((intptr_t)result, EXDEV);
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC | 1 << 4, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    IS((long)parent_or_errno(NULL), EDOM);
    return 0;
}

/* Some that call without a pause: from the moment that TSYNC has answered. */
static void *spin(void *unused)
{
    long since = 0, wrong = 0;
    (void)unused;
    sem_post(&ready);
    while (!stop || since < 1000) {
        const int told = __atomic_load_n(&stop, __ATOMIC_SEQ_CST);
        const long parent = RAW(SYS_getppid);
        since += told != 0;
        wrong += told && parent != -1;
        __atomic_fetch_add(&spins, 1, __ATOMIC_RELAXED);
    }
    return (void *)(intptr_t)wrong;
}

static int at_once(void)
{
    pthread_t threads[3];
    void *result;
    for (size_t i = 0; i < COUNT(threads); i++) {
        CHECK(pthread_create(&threads[i], NULL, spin, NULL) == 0);
        sem_wait(&ready);
    }
    while (__atomic_load_n(&spins, __ATOMIC_RELAXED) < 3000) {
        sched_yield();
    }
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (size_t i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], &result);
        IS((intptr_t)result, 0);
    }
    return 0;
}

/* Threads that come and go, with and without filters of their own. */
static void *starts_more(void *unused)
{
    (void)unused;
    filter_call(0, SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV);
    return (void *)(intptr_t)(in_thread(parent_or_errno) == EDOM && RAW(SYS_getpgrp) == -1);
}

static int come_and_go(void)
{
    int right = 0;
    IS(filter_call(0, SYS_getppid, SECCOMP_RET_ERRNO | EDOM), 0);
    for (int i = 0; i < 100; i++) {
        right += in_thread(starts_more);
    }
    IS(right, 100);
    IS(filter_call(SECCOMP_FILTER_FLAG_TSYNC, SYS_getppid, SECCOMP_RET_ERRNO | EXDEV), 0);
    return 0;
}

/* What ended threads had is given back. */
static void *takes_much(void *unused)
{
    static struct sock_filter program[4096];
    (void)unused;
    for (size_t i = 0; i < COUNT(program); i++) {
        program[i] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    }
    long result = 0;
    for (int i = 0; i < 3 && result == 0; i++) {
        result = install_with(0, program, COUNT(program));
    }
    return (void *)(intptr_t)(result == 0);
}

/* In memory. */
static int pages(void)
{
    int size = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%*d %d", &size) == 1);
    fclose(file);
    return size;
}

static int given_back(void)
{
    int right = 0;
    for (int i = 0; i < 20; i++) {
        right += in_thread(takes_much);
    }
    const int before = pages();
    for (int i = 0; i < 60; i++) {
        right += in_thread(takes_much);
    }
    IS(right, 80);
    CHECK(pages() < before + 700); /* of 1440 */
    return 0;
}

/* Only the thread ends; its locks are told. */
static pthread_mutex_t held;

static void *is_killed(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&held);
    filter_call(0, SYS_getppid, SECCOMP_RET_KILL_THREAD);
    RAW(SYS_getppid);
    stop = 2;
    return NULL;
}

static int kill_thread(void)
{
    pthread_t thread;
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&robust, PTHREAD_PROCESS_SHARED); /* only these the kernel knows from every libc */
    pthread_mutex_init(&held, &robust);
    CHECK(pthread_create(&thread, NULL, is_killed, NULL) == 0);
    int locked;
    while ((locked = pthread_mutex_trylock(&held)) == 0 || locked == EBUSY) {
        if (locked == 0) {
            pthread_mutex_unlock(&held);
        }
        sched_yield();
    }
    IS(locked, EOWNERDEAD);
    IS(stop, 0);
    OK(getppid());
    return 0;
}

/* The process's first thread; the others go on. */
static void *goes_on(void *unused)
{
    (void)unused;
    usleep(200000);
    _exit(RAW(SYS_getppid) == -1 ? 1 : 5);
    return NULL;
}

static int kill_first_thread(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, goes_on, NULL) == 0);
    fflush(stdout);
    filter_call(0, SYS_getppid, SECCOMP_RET_KILL_THREAD);
    RAW(SYS_getppid);
    return 9;
}

static void *kills_all(void *unused)
{
    (void)unused;
    filter_call(0, SYS_getppid, SECCOMP_RET_KILL_PROCESS);
    RAW(SYS_getppid);
    return NULL;
}

static int kill_process(void)
{
    in_thread(kills_all);
    return 0;
}

/* A filter that forbids threads. */
static int no_threads(void)
{
    pthread_t thread;
    IS(filter_call(0, SYS_clone, SECCOMP_RET_ERRNO | EPERM), 0);
    IS(filter_call(0, SYS_clone3, SECCOMP_RET_ERRNO | EPERM), 0);
    CHECK(pthread_create(&thread, NULL, parent_or_errno, NULL) != 0);
    return 0;
}

static int with_privileges(int (*function)(void))
{
    no_new_privileges();
    return function();
}

static int run_inheritance(void) { return with_privileges(inheritance); }
static int run_apart(void) { return with_privileges(apart); }
static int run_at_once(void) { return with_privileges(at_once); }
static int run_come_and_go(void) { return with_privileges(come_and_go); }
static int run_given_back(void) { return with_privileges(given_back); }
static int run_kill_thread(void) { return with_privileges(kill_thread); }
static int run_kill_first_thread(void) { return with_privileges(kill_first_thread); }
static int run_kill_process(void) { return with_privileges(kill_process); }
static int run_no_threads(void) { return with_privileges(no_threads); }

int main(void)
{
    sem_init(&ready, 0, 0);
    sem_init(&go, 0, 0);
    in_child("inheritance", run_inheritance);
    in_child("all threads", all_threads);
    in_child("apart", run_apart);
    in_child("at once", run_at_once);
    in_child("come and go", run_come_and_go);
    in_child("given back", run_given_back);
    in_child("KILL_THREAD", run_kill_thread);
    in_child("KILL_THREAD of the first", run_kill_first_thread);
    in_child("KILL_PROCESS", run_kill_process);
    in_child("no threads", run_no_threads);
    return done();
}
