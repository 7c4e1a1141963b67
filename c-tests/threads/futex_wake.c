/* Who is woken, by how many, and through which bits. */
/* CALLS: futex */
#include "together.h"

#include <linux/futex.h>
#include <signal.h>

static _Alignas(4) atomic_int word, other;
static atomic_int tids[8];
static int private;

static long futex(atomic_int *at, int op, long value, const void *fourth, atomic_int *second, long bits)
{
    return RAW(SYS_futex, at, op | private, value, fourth, second, bits);
}

struct wait {
    int op, bits, index;
};

static void *wait_once(void *argument)
{
    const struct wait *how = argument;
    tids[how->index] = (int)RAW(SYS_gettid);
    long result = futex(&word, how->op, 1, NULL, NULL, how->bits);
    return (void *)(intptr_t)(result == 0 ? 0 : errno);
}

static pthread_t waiter(struct wait *how)
{
    tids[how->index] = 0;
    pthread_t thread = start(wait_once, how);
    while (tids[how->index] == 0) {
        sched_yield();
    }
    wait_asleep(tids[how->index]);
    return thread;
}

static void wake(void)
{
    struct wait how[4];
    pthread_t threads[4];
    word = 1;
    for (int i = 0; i < 4; i++) {
        how[i] = (struct wait){FUTEX_WAIT, 0, i};
        threads[i] = waiter(&how[i]);
    }
    IS(futex(&other, FUTEX_WAKE, 10, NULL, NULL, 0), 0);
    IS(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0), 1);
    IS(futex(&word, FUTEX_WAKE, 2, NULL, NULL, 0), 2);
    IS(futex(&word, FUTEX_WAKE, 10, NULL, NULL, 0), 1);
    for (int i = 0; i < 4; i++) {
        IS(joined(threads[i]), 0);
    }
}

static void bits(void)
{
    struct wait how[3] = {{FUTEX_WAIT_BITSET, 1, 0}, {FUTEX_WAIT_BITSET, 2, 1}, {FUTEX_WAIT_BITSET, 6, 2}};
    pthread_t threads[3];
    word = 1;
    for (int i = 0; i < 3; i++) {
        threads[i] = waiter(&how[i]);
    }
    IS(futex(&word, FUTEX_WAKE_BITSET, 10, NULL, NULL, 8), 0);
    IS(futex(&word, FUTEX_WAKE_BITSET, 10, NULL, NULL, 4), 1);
    IS(joined(threads[2]), 0);
    IS(futex(&word, FUTEX_WAKE_BITSET, 10, NULL, NULL, 3), 2);
    IS(joined(threads[0]), 0);
    IS(joined(threads[1]), 0);
}

static void requeue(int op)
{
    struct wait how[4];
    pthread_t threads[4];
    word = 1;
    for (int i = 0; i < 4; i++) {
        how[i] = (struct wait){FUTEX_WAIT, 0, i};
        threads[i] = waiter(&how[i]);
    }
    ERR(futex(&word, FUTEX_CMP_REQUEUE, 1, (void *)10, &other, 2), EAGAIN);
    long moved = futex(&word, op, 1, (void *)2, &other, 1);
    IS(moved, 3); /* it counts those that it moves */
    IS(futex(&word, FUTEX_WAKE, 10, NULL, NULL, 0), 1);
    IS(futex(&other, FUTEX_WAKE, 10, NULL, NULL, 0), 2);
    for (int i = 0; i < 4; i++) {
        IS(joined(threads[i]), 0);
    }
}

static void wake_op(void)
{
    struct wait how = {FUTEX_WAIT, 0, 0};
    word = 1;
    other = 5;
    pthread_t thread = waiter(&how);
    /* other's waiters; then, because other was 5, word's. */
    IS(RAW(SYS_futex, &other, FUTEX_WAKE_OP | private, 1, 1, &word,
           FUTEX_OP(FUTEX_OP_ADD, 2, FUTEX_OP_CMP_EQ, 1)),
       1);
    IS(word, 3);
    IS(joined(thread), 0);
    IS(RAW(SYS_futex, &other, FUTEX_WAKE_OP | private, 1, 1, &word,
           FUTEX_OP(FUTEX_OP_OR, 4, FUTEX_OP_CMP_LT, 0)),
       0);
    IS(word, 7);
    IS(RAW(SYS_futex, &other, FUTEX_WAKE_OP | private, 1, 1, &word,
           FUTEX_OP(FUTEX_OP_ANDN, 1, FUTEX_OP_CMP_GE, 9)),
       0);
    IS(word, 6);
    IS(RAW(SYS_futex, &other, FUTEX_WAKE_OP | private, 1, 1, &word,
           FUTEX_OP(FUTEX_OP_XOR, 7, FUTEX_OP_CMP_NE, 6)),
       0);
    IS(word, 1);
}

static void ignore(int signo)
{
    (void)signo;
}

/* EINTR even with SA_RESTART off; begun anew with it on. */
static void signalled(void)
{
    struct sigaction action = {.sa_handler = ignore};
    struct wait how = {FUTEX_WAIT, 0, 0};
    sigaction(SIGUSR1, &action, NULL);
    word = 1;
    pthread_t thread = waiter(&how);
    IS(pthread_kill(thread, SIGUSR1), 0);
    IS(joined(thread), EINTR);
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    thread = waiter(&how);
    IS(pthread_kill(thread, SIGUSR1), 0);
    nap(5);
    while (futex(&word, FUTEX_WAKE, 10, NULL, NULL, 0) == 0) {
        nap(1);
    }
    IS(joined(thread), 0);
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        private = i == 0 ? 0 : FUTEX_PRIVATE_FLAG;
        wake();
        bits();
        requeue(FUTEX_REQUEUE);
        requeue(FUTEX_CMP_REQUEUE);
        wake_op();
        signalled();
    }
    return done();
}
