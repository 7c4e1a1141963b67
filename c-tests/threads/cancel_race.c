/* A thousand times: does the request come before the call blocks, or after? It must not matter. */
/* CALLS: read, tgkill, futex */
#include "together.h"

#include <semaphore.h>

#define ROUNDS 1000

static int fds[2];
static sem_t semaphore;
static atomic_int at_the_line;
static atomic_int cleaned;

static void clean(void *unused)
{
    (void)unused;
    cleaned++;
}

static void delay(unsigned turns)
{
    for (volatile unsigned i = 0; i < turns; i++) {
    }
}

static void *block(void *argument)
{
    unsigned round = (unsigned)(uintptr_t)argument;
    char byte;
    pthread_cleanup_push(clean, NULL);
    at_the_line = 1;
    delay(round * 7 % 301);
    if (round % 2 == 0) {
        read(fds[0], &byte, 1);
    } else {
        while (sem_wait(&semaphore) != 0) {
        }
    }
    pthread_cleanup_pop(0);
    return NULL;
}

int main(void)
{
    int wrong = 0;
    OK(pipe(fds));
    OK(sem_init(&semaphore, 0, 0));
    for (unsigned i = 0; i < ROUNDS; i++) {
        at_the_line = 0;
        pthread_t thread = start(block, (void *)(uintptr_t)i);
        for (int spins = 1; at_the_line == 0; spins++) {
            if (spins % 100 == 0) {
                sched_yield();
            }
        }
        delay(i * 13 % 307);
        pthread_cancel(thread);
        wrong += (void *)joined(thread) != PTHREAD_CANCELED;
    }
    IS(wrong, 0);
    IS(cleaned, ROUNDS);
    return done();
}
