/* CALLS: */
/* Each thread jumps for itself. */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>

#define THREADS 4

static int results[THREADS];
static volatile int never;

__attribute__((noinline)) static void climb(jmp_buf *to, int depth, int value)
{
    volatile char frame[32];
    frame[0] = (char)depth;
    if (depth == 0) {
        longjmp(*to, value);
    }
    if (never) {
        return;
    }
    climb(to, depth - 1, value + frame[0] - depth);
}

static void *run(void *given)
{
    int *result = given;
    jmp_buf here;
    for (volatile int i = 1; i <= 5000; i++) {
        int value = setjmp(here);
        if (value == 0) {
            climb(&here, i % 20, i);
        }
        *result += value == i;
    }
    return given;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        IS(pthread_create(&threads[i], NULL, run, &results[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        IS(pthread_join(threads[i], NULL), 0);
        IS(results[i], 5000);
    }
    return done();
}
