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

/* A borrower dies with the lock held, or lent, or just woken for it: others get it by its parent. */
static void *wait_for_lock(void *unused)
{
    fork_lock_acquire(&lock);
    taken++;
    fork_lock_release(&lock);
    return unused;
}

static void recover(void)
{
    pthread_t waiting;
    const uint32_t mark = fork_lock_mark_new();
    need(mark != 0 && mark != fork_lock_mark_new(), "marks are not unlike");
    fork_lock_acquire(&lock);
    fork_lock_recover(&lock, mark, 0, false);
    need(lock.state != 0, "a lock of another's is freed");
    fork_lock_release(&lock);
    fork_lock_borrower.mark = mark;
    fork_lock_acquire(&lock);
    fork_lock_borrower.mark = 0;
    pthread_create(&waiting, NULL, wait_for_lock, NULL);
    usleep(20000);
    need(taken == 0, "taken while it is held");
    fork_lock_recover(&lock, mark + 4, 0, false);
    need(lock.state != 0, "another mark");
    fork_lock_recover(&lock, mark, 0, false);
    pthread_join(waiting, NULL);
    need(taken == 1 && lock.state == 0, "not freed");
    fork_lock_acquire(&lock);
    const uint32_t loan = fork_loan_new();
    fork_lock_lend(&lock, loan);
    fork_lock_recover(&lock, mark, 0, false);
    need(lock.state == loan, "a loan of another's is over");
    fork_lock_recover(&lock, mark, loan, false);
    need(lock.state == 0, "lent for ever");
}

/* Who borrows takes over what its dead parent held, and nothing from another borrower. */
static void take_over(void)
{
    fork_lock_acquire(&lock);
    static const int32_t dead = 0;
    fork_lock_borrower = (struct fork_lock_borrower){.mark = fork_lock_mark_new(), .sleeper = &dead};
    fork_lock_acquire(&lock);
    need((lock.state & fork_lock_borrower.mark) == fork_lock_borrower.mark, "not marked");
    fork_lock_release(&lock);
    need(lock.state == 0, "held for ever");
    fork_lock_borrower = (struct fork_lock_borrower){0};
    taken = 0;
}

int main(void)
{
    pthread_t threads[THREADS];
    alone();
    recover();
    take_over();
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
