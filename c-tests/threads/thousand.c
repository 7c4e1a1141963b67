/* A thousand threads at once, each with a voice of its own. */
/* CALLS: futex, gettid */
#include "together.h"

#define THREADS 1000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static int arrived, go;
static __thread int own;

static void *work(void *argument)
{
    own = (int)(intptr_t)argument;
    pthread_mutex_lock(&lock);
    arrived++;
    pthread_cond_broadcast(&change);
    while (!go) {
        pthread_cond_wait(&change, &lock);
    }
    pthread_mutex_unlock(&lock);
    return (void *)(intptr_t)(own + 1);
}

int main(void)
{
    static pthread_t threads[THREADS];
    pthread_attr_t attributes;
    int wrong = 0;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    for (int i = 0; i < THREADS; i++) {
        wrong += pthread_create(&threads[i], &attributes, work, (void *)(intptr_t)i) != 0;
    }
    IS(wrong, 0);
    pthread_mutex_lock(&lock);
    while (arrived < THREADS) {
        pthread_cond_wait(&change, &lock);
    }
    CHECK(status_of("Threads") == THREADS + 1);
    go = 1;
    pthread_cond_broadcast(&change);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < THREADS; i++) {
        wrong += joined(threads[i]) != i + 1;
    }
    IS(wrong, 0);
    return done();
}
