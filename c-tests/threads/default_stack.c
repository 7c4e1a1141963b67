/* CALLS: prlimit64 */
#include "check.h"

#include <pthread.h>
#include <sys/resource.h>

/* A thread recurses as deep as with glibc, whose threads have RLIMIT_STACK to themselves. */

enum { FRAME = 1024, MANY = 100 };

static int use(int depth)
{
    volatile char frame[FRAME];
    frame[0] = (char)depth;
    return depth == 0 ? frame[0] : use(depth - 1) + frame[0] - frame[0];
}

static void *recurse(void *kilobytes)
{
    return (void *)(intptr_t)use((int)(intptr_t)kilobytes);
}

static int recurses(int kilobytes, const pthread_attr_t *attributes)
{
    pthread_t thread;
    void *result;
    return pthread_create(&thread, attributes, recurse, (void *)(intptr_t)kilobytes) ||
           pthread_join(thread, &result) || result != NULL;
}

static pthread_barrier_t all;

static void *meet(void *unused)
{
    pthread_barrier_wait(&all);
    return unused;
}

/* That many threads at once, and memory is left. */
static void crowd(int count)
{
    static pthread_t threads[1000];
    pthread_attr_t attributes;
    int made = 0;
    pthread_attr_init(&attributes);
    pthread_barrier_init(&all, NULL, (unsigned)count + 1);
    while (made < count && pthread_create(&threads[made], &attributes, meet, NULL) == 0) {
        made++;
    }
    IS(made, count);
    void *block = malloc((size_t)512 << 20);
    CHECK(block != NULL);
    free(block);
    pthread_barrier_wait(&all);
    for (int i = 0; i < made; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&all);
}

int main(void)
{
    struct rlimit limit;
    size_t size;
    pthread_attr_t attributes;
    OK(getrlimit(RLIMIT_STACK, &limit));
    if (limit.rlim_cur != (rlim_t)8 << 20) {
        skip("RLIMIT_STACK is not 8 MiB");
    }
    pthread_attr_init(&attributes);
    pthread_attr_getstacksize(&attributes, &size);
    IS((long long)size, 8 << 20);
    IS(recurses(6 << 10, NULL), 0);
    IS(recurses(6 << 10, &attributes), 0);
    IS(recurses(6 << 10, NULL), 0); /* on the same stack again */
    pthread_attr_setstacksize(&attributes, (size_t)64 << 20);
    pthread_attr_getstacksize(&attributes, &size);
    IS((long long)size, 64 << 20);
    IS(recurses(50 << 10, &attributes), 0);
    crowd(MANY);
    crowd(600);
    return done();
}
