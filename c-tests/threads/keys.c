/* pthread_key: limits, values, destructors and how often they run. */
/* CALLS: futex */
#include "together.h"

#include <limits.h>

static pthread_key_t first, second, again;
static char trail[64];
static atomic_int rounds;

static void destroy(void *value)
{
    strcat(trail, value);
}

static void set_again(void *value)
{
    rounds++;
    pthread_setspecific(again, value);
}

static void *use(void *argument)
{
    CHECK(pthread_getspecific(first) == NULL);
    IS(pthread_setspecific(first, "1"), 0);
    IS(pthread_setspecific(second, "2"), 0);
    CHECK(strcmp(pthread_getspecific(second), "2") == 0);
    if (argument != NULL) {
        pthread_setspecific(first, NULL);
        pthread_exit(NULL);
    }
    return NULL;
}

static void *use_again(void *unused)
{
    pthread_setspecific(again, "x");
    return unused;
}

static void limits(void)
{
    static pthread_key_t keys[PTHREAD_KEYS_MAX + 1];
    int made = 0, failed = 0;
    while (made <= PTHREAD_KEYS_MAX && (failed = pthread_key_create(&keys[made], NULL)) == 0) {
        made++;
    }
    IS(failed, EAGAIN);
    CHECK(made >= 100 && made <= PTHREAD_KEYS_MAX);
    IS(pthread_key_delete(keys[7]), 0);
    IS(pthread_key_create(&keys[7], NULL), 0);
    CHECK(pthread_getspecific(keys[7]) == NULL);
    for (int i = 0; i < made; i++) {
        pthread_key_delete(keys[i]);
    }
    IS(pthread_key_create(&keys[0], NULL), 0);
    IS(pthread_key_delete(keys[0]), 0);
}

int main(void)
{
    IS(pthread_key_create(&first, destroy), 0);
    IS(pthread_key_create(&second, destroy), 0);
    pthread_setspecific(first, "main's");
    joined(start(use, NULL));
    TEXT(trail, "12");
    trail[0] = 0;
    joined(start(use, "exit"));
    TEXT(trail, "2");
    TEXT((char *)pthread_getspecific(first), "main's");
    IS(pthread_key_create(&again, set_again), 0);
    joined(start(use_again, NULL));
    IS(rounds, PTHREAD_DESTRUCTOR_ITERATIONS);
    IS(pthread_key_delete(again), 0);
    limits();
    return done();
}
