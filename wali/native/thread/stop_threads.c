#define _GNU_SOURCE
#include "wali/native/thread/stop_threads.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/thread/robust_list.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <limits.h>
#include <linux/futex.h>
#include <time.h>

/* A thread that the kernel keeps in an uninterruptible wait would else hold up the
 * process's end. */
#define LONGEST_WAIT 1      /* seconds */
#define LOOK_AGAIN 10000000 /* nanoseconds */

/* For which thread the others stand still; 0: for none. */
static uint32_t who FORK_DATA;
/* Changes whenever one of them has come to stand, or has ended. */
static uint32_t changes;

static void wait_on(const uint32_t *word, uint32_t seen, const struct timespec *limit)
{
    KERNEL(futex, word, FUTEX_WAIT_PRIVATE, seen, limit, NULL, 0);
}

static void wake(const uint32_t *word)
{
    KERNEL(futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static uint32_t asked(void)
{
    return __atomic_load_n(&who, __ATOMIC_SEQ_CST);
}

static void tell(void)
{
    __atomic_fetch_add(&changes, 1, __ATOMIC_SEQ_CST);
    wake(&changes);
}

static void set_stopped(struct wali_thread *self, bool stopped)
{
    __atomic_store_n(&self->stop.stopped, stopped, __ATOMIC_SEQ_CST);
}

/* Until found asks.  Whoever asks then either sees that it stands no more, or is
 * seen here. */
static void stand(struct wali_thread *self)
{
    uint32_t now;
    while ((now = asked()) != 0) {
        set_stopped(self, true);
        tell();
        while (now != 0) {
            wait_on(&who, now, NULL);
            now = asked();
        }
        set_stopped(self, false);
    }
}

static bool is_asked(const struct wali_thread *self)
{
    const uint32_t now = asked();
    return now != 0 && now != (uint32_t)self->tid;
}

/* It may have been interrupted anywhere, with any lock of the runtime's held: what
 * is done here takes none, and neither does whoever waits for it.  Poked once more
 * meanwhile, it looks again at the end. */
void stop_threads_join(struct wali_thread *self)
{
    while (is_asked(self) && !self->stop.handing_over) {
        self->stop.handing_over = true;
        robust_list_hand_over(self);
        stand(self);
        robust_list_take_back(self);
        self->stop.handing_over = false;
    }
}

void stop_threads_leave(struct wali_thread *self)
{
    __atomic_store_n(&self->tid, 0, __ATOMIC_SEQ_CST);
    if (asked() != 0) {
        tell();
    }
}

static bool is_to_stop(const struct wali_thread *thread, bool all)
{
    return __atomic_load_n(&thread->tid, __ATOMIC_SEQ_CST) != 0 &&
           (all || __atomic_load_n(&thread->robust.head, __ATOMIC_SEQ_CST) != 0) &&
           !__atomic_load_n(&thread->stop.stopped, __ATOMIC_SEQ_CST);
}

/* Whether another thread has still to come to a stand; each is told once. */
static bool is_awaited(const struct wali_thread *self, bool all)
{
    bool awaited = false;
    for (struct wali_thread *other = thread_list(); other != NULL; other = other->next) {
        if (other == self || !is_to_stop(other, all)) {
            continue;
        }
        awaited = true;
        if (other->stop.requested != other->tid) {
            other->stop.requested = other->tid;
            thread_kick(other);
        }
    }
    return awaited;
}

static void forget_telling(void)
{
    for (struct wali_thread *other = thread_list(); other != NULL; other = other->next) {
        other->stop.requested = 0;
    }
}

static int64_t seconds_now(void)
{
    struct timespec now;
    KERNEL(clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

FORK_TEXT void stop_threads_begin(struct wali_thread *self, bool all)
{
    static const struct timespec soon = {.tv_nsec = LOOK_AGAIN};
    const uint32_t tid = (uint32_t)self->tid;
    uint32_t found = 0;
    if (thread_is_only_one()) { /* there has never been another */
        robust_list_hand_over(self);
        return;
    }
    while (!__atomic_compare_exchange_n(&who, &found, tid, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        if (found == tid) {
            return; /* a fatal signal, in the middle of this */
        }
        stop_threads_join(self);     /* somebody else is at it */
        wait_on(&who, found, &soon); /* if this thread was joining already */
        found = 0;
    }
    robust_list_hand_over(self);
    forget_telling();
    const int64_t until = seconds_now() + LONGEST_WAIT;
    for (;;) {
        const uint32_t seen = __atomic_load_n(&changes, __ATOMIC_SEQ_CST);
        if (!is_awaited(self, all) || seconds_now() > until) {
            return;
        }
        wait_on(&changes, seen, &soon);
    }
}

void stop_threads_end(struct wali_thread *self)
{
    robust_list_take_back(self);
    if (asked() == (uint32_t)self->tid) {
        __atomic_store_n(&who, 0, __ATOMIC_SEQ_CST);
        wake(&who);
    }
}

void stop_threads_asleep(struct wali_thread *self)
{
    self->stop.handing_over = true;
    robust_list_hand_over(self);
    set_stopped(self, true);
}

void stop_threads_awake(struct wali_thread *self)
{
    set_stopped(self, false);
    stand(self);
    robust_list_take_back(self);
    self->stop.handing_over = false;
    stop_threads_join(self);
}

FORK_TEXT void stop_threads_fork_child(struct wali_thread *self)
{
    who = 0;
    self->stop.stopped = self->stop.handing_over = false;
    robust_list_fork_child(self);
}
