/* Mutex, condition, semaphore, barrier and rwlock in memory that two processes share. */
/* CALLS: futex, mmap, fork */
#include "together.h"

#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define ROUNDS 2000

static struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t change;
    pthread_barrier_t barrier;
    pthread_rwlock_t rwlock;
    sem_t ping, pong;
    int turn;
    long counter;
} *shared;

static void make(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t condition;
    pthread_barrierattr_t barrier;
    pthread_rwlockattr_t rwlock;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_init(&mutex);
    pthread_condattr_init(&condition);
    pthread_barrierattr_init(&barrier);
    pthread_rwlockattr_init(&rwlock);
    IS(pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED), 0);
    IS(pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED), 0);
    IS(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED), 0);
    IS(pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED), 0);
    IS(pthread_mutex_init(&shared->mutex, &mutex), 0);
    IS(pthread_cond_init(&shared->change, &condition), 0);
    IS(pthread_barrier_init(&shared->barrier, &barrier, 2), 0);
    IS(pthread_rwlock_init(&shared->rwlock, &rwlock), 0);
    IS(sem_init(&shared->ping, 1, 0), 0);
    IS(sem_init(&shared->pong, 1, 0), 0);
}

static void take_turns(int self)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&shared->mutex);
        while (shared->turn != self) {
            pthread_cond_wait(&shared->change, &shared->mutex);
        }
        shared->turn = !self;
        pthread_cond_signal(&shared->change);
        pthread_mutex_unlock(&shared->mutex);
    }
}

static void all(int self)
{
    take_turns(self);
    pthread_barrier_wait(&shared->barrier);
    for (int i = 0; i < ROUNDS; i++) {
        sem_post(self == 0 ? &shared->ping : &shared->pong);
        while (sem_wait(self == 0 ? &shared->pong : &shared->ping) != 0) {
        }
    }
    for (int i = 0; i < ROUNDS; i++) {
        pthread_rwlock_wrlock(&shared->rwlock);
        shared->counter++;
        pthread_rwlock_unlock(&shared->rwlock);
        pthread_rwlock_rdlock(&shared->rwlock);
        pthread_rwlock_unlock(&shared->rwlock);
    }
    pthread_barrier_wait(&shared->barrier);
}

int main(void)
{
    int status = -1;
    make();
    pid_t child = fork();
    if (child == 0) {
        all(1);
        _exit(5);
    }
    all(0);
    OK(waitpid(child, &status, 0));
    IS(WEXITSTATUS(status), 5);
    IS(shared->counter, 2 * ROUNDS);
    return done();
}
