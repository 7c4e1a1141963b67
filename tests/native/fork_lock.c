/* Locks that a sleeping parent lends: nobody has one before the copy is made, and
 * then whoever wants it, be the lender awake or not. */
#define _GNU_SOURCE
#include "wali/native/base/fork_lock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS 4
#define TURNS 400

static struct fork_lock lock;
static atomic_int inside, taken;
static atomic_bool copying, stop;

static void need(bool holds, const char *what)
{
    if (!holds) {
        puts(what);
        exit(1);
    }
}

static void *hold(void *unused)
{
    while (!stop) {
        fork_lock_acquire(&lock);
        need(atomic_fetch_add(&inside, 1) == 0, "two at once");
        need(!copying, "taken while the copy is made");
        taken++;
        atomic_fetch_sub(&inside, 1);
        fork_lock_release(&lock);
    }
    return unused;
}

static void copy(unsigned microseconds)
{
    copying = true;
    usleep(microseconds);
    copying = false;
    __atomic_store_n(&fork_copied, 1, __ATOMIC_RELEASE); /* the kernel's part */
}

/* The lender's sleep lasts until others have had the lock, or no time at all. */
static void lend(bool sleeps)
{
    fork_lock_acquire(&lock);
    need(atomic_fetch_add(&inside, 1) == 0, "held by two");
    const uint32_t loan = fork_loan_new();
    copying = true;
    fork_lock_lend(&lock, loan);
    usleep(100);
    atomic_fetch_sub(&inside, 1);
    copy(100);
    const int before = taken;
    while (sleeps && taken < before + 2) {
        usleep(10);
    }
    fork_lock_end_loan(&lock, loan);
}

/* Without others, the lender's end frees it; and a fork that fails does, too. */
static void alone(void)
{
    fork_lock_acquire(&lock);
    fork_lock_end_loan(&lock, UINT32_C(1) << 31); /* of which nobody knows */
    need(lock.state != 0, "let go by a loan that was none");
    const uint32_t loan = fork_loan_new();
    fork_lock_lend(&lock, loan);
    fork_lock_end_loan(&lock, loan);
    need(lock.state == 0, "lent for ever");
    fork_lock_acquire(&lock);
    fork_lock_end_loan(&lock, loan); /* over long ago */
    need(lock.state != 0, "let go by an old loan");
    fork_lock_release(&lock);
}

int main(void)
{
    pthread_t threads[THREADS];
    alone();
    for (int i = 0; i < THREADS; i++) {
        need(pthread_create(&threads[i], NULL, hold, NULL) == 0, "no thread");
    }
    for (int i = 0; i < TURNS; i++) {
        lend(i % 2 == 0);
    }
    stop = true;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    need(taken > 0 && lock.state == 0, "held at the end");
    puts("ok");
    return 0;
}
