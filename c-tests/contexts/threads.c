/* CALLS: futex */
/* Threads that have contexts of their own, and end while some of these are half done; a context that one
 * thread makes and another begins; contexts that nobody ends. */
#include "contexts.h"

#include <pthread.h>
#include <sys/resource.h>

#define THREADS 4
#define CONTEXTS 20
#define LOST 20000

struct own {
    ucontext_t ours, theirs[CONTEXTS];
    int ran[CONTEXTS];
};
static __thread struct own *own;
static ucontext_t handed;

static void body(int self)
{
    for (;;) {
        own->ran[self]++;
        swapcontext(&own->theirs[self], &own->ours);
    }
}

static void *schedule(void *result)
{
    int sum = 0;
    own = calloc(1, sizeof *own);
    for (int i = 0; i < CONTEXTS; i++) {
        MAKE(&own->theirs[i], NULL, (void (*)(void))body, 1, i);
    }
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < CONTEXTS; i++) {
            swapcontext(&own->ours, &own->theirs[i]);
        }
    }
    for (int i = 0; i < CONTEXTS; i++) {
        sum += own->ran[i];
    }
    *(int *)result = sum;
    return NULL;
}

static void parallel(void)
{
    pthread_t threads[THREADS];
    int results[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, schedule, &results[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        IS(results[i], 500 * CONTEXTS);
    }
}

static void handed_body(void)
{
    say("begun by another thread");
    pthread_exit(NULL);
}

static void *begins(void *unused)
{
    setcontext(&handed);
    return unused;
}

static void handed_on(void)
{
    pthread_t thread;
    MAKE(&handed, NULL, handed_body, 0);
    pthread_create(&thread, NULL, begins, NULL);
    pthread_join(thread, NULL);
}

static ucontext_t main_context;

static void half_done(ucontext_t *self)
{
    swapcontext(self, &main_context);
    _exit(9);
}

/* As natively, who frees the stack of a context has freed all of it. */
static void lost(void)
{
    struct rusage usage;
    for (int i = 0; i < LOST; i++) {
        ucontext_t *context = malloc(sizeof *context);
        void *stack = malloc(STACK);
        make_on(context, stack, NULL);
        makecontext(context, (void (*)(void))half_done, 1, context);
        swapcontext(&main_context, context);
        free(stack);
        free(context);
    }
    getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 100000);
}

int main(void)
{
    parallel();
    handed_on();
    lost();
    return done();
}
