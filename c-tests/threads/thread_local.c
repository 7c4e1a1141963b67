/* __thread: initial values, alignment, one for each thread. */
/* CALLS: gettid */
#include "together.h"

#define THREADS 16
#define ROUNDS 2000

static __thread int number = 42;
static __thread char zeroes[3000];
static __thread _Alignas(64) char aligned[64] = "aligned";
static __thread struct {
    int64_t wide;
    double real;
} pair = {INT64_C(1) << 40, 2.5};
static __thread int *own_address = NULL;

static int fresh(void)
{
    int wrong = number != 42 || strcmp(aligned, "aligned") != 0 || (uintptr_t)aligned % 64 != 0;
    wrong += pair.wide != INT64_C(1) << 40 || pair.real != 2.5 || own_address != NULL;
    for (size_t i = 0; i < sizeof zeroes; i++) {
        wrong += zeroes[i] != 0;
    }
    return wrong;
}

static void *work(void *argument)
{
    int self = (int)(intptr_t)argument, wrong = fresh();
    own_address = &number;
    number = self;
    memset(zeroes, self, sizeof zeroes);
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 100 == 0) {
            sched_yield();
        }
        number++;
        pair.real += self;
        wrong += own_address != &number || number != self + i + 1;
    }
    wrong += pair.real != 2.5 + (double)self * ROUNDS;
    for (size_t i = 0; i < sizeof zeroes; i++) {
        wrong += zeroes[i] != self;
    }
    return (void *)(intptr_t)wrong;
}

int main(void)
{
    pthread_t threads[THREADS];
    IS(fresh(), 0);
    for (int round = 0; round < 3; round++) {
        for (intptr_t i = 0; i < THREADS; i++) {
            threads[i] = start(work, (void *)(i + 1));
        }
        for (int i = 0; i < THREADS; i++) {
            IS(joined(threads[i]), 0);
        }
    }
    IS(fresh(), 0);
    return done();
}
