#define _GNU_SOURCE
#include "wali/native/thread/stop_threads.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/robust_list.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <limits.h>
#include <linux/futex.h>
#include <time.h>

/* A thread in an uninterruptible wait must not delay the end of the process for longer. */
#define LONGEST_WAIT 1         /* seconds */
#define POLL_INTERVAL 10000000 /* nanoseconds */

/* The thread that has stopped the others, by tid; 0: none. */
static uint32_t stopper FORK_DATA;
/* Incremented when a thread has stopped, or has ended. */
static uint32_t progress;

static void wait_on(const uint32_t *word, uint32_t seen, const struct timespec *limit)
{
    KERNEL(futex, word, FUTEX_WAIT_PRIVATE, seen, limit, NULL, 0);
}

static void wake(const uint32_t *word)
{
    KERNEL(futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static uint32_t current_stopper(void)
{
    return __atomic_load_n(&stopper, __ATOMIC_SEQ_CST);
}

static void announce(void)
{
    __atomic_fetch_add(&progress, 1, __ATOMIC_SEQ_CST);
    wake(&progress);
}

static void set_stopped(struct wali_thread *self, bool stopped)
{
    __atomic_store_n(&self->stop.stopped, stopped, __ATOMIC_SEQ_CST);
}

/* Waits until no thread is the stopper.  `stopped` is cleared before `stopper` is read again: a new
 * stopper either sees that this thread runs, or is seen here. */
static void stay_stopped(struct wali_thread *self)
{
    uint32_t now;
    while ((now = current_stopper()) != 0) {
        set_stopped(self, true);
        announce();
        while (now != 0) {
            wait_on(&stopper, now, NULL);
            now = current_stopper();
        }
        set_stopped(self, false);
    }
}

static bool is_requested(const struct wali_thread *self)
{
    const uint32_t now = current_stopper();
    return now != 0 && now != (uint32_t)self->tid && !thread_borrows(self);
}

/* The caller may be a signal handler that interrupted the thread anywhere, with any of the
 * runtime's locks held.  So this code takes no lock, and neither does a stopper that waits for it.
 * A kick that arrives while the list is handed over is not lost: the loop checks again. */
void stop_threads_obey(struct wali_thread *self)
{
    while (is_requested(self) && !self->stop.handing_over) {
        self->stop.handing_over = true;
        robust_list_hand_over(self);
        stay_stopped(self);
        robust_list_take_back(self);
        self->stop.handing_over = false;
    }
}

void stop_threads_leave(struct wali_thread *self)
{
    __atomic_store_n(&self->tid, 0, __ATOMIC_SEQ_CST);
    if (current_stopper() != 0) {
        announce();
    }
}

static bool must_stop(const struct wali_thread *thread, bool all)
{
    return __atomic_load_n(&thread->tid, __ATOMIC_SEQ_CST) != 0 &&
           (all || __atomic_load_n(&thread->robust.head, __ATOMIC_SEQ_CST) != 0) &&
           !__atomic_load_n(&thread->stop.stopped, __ATOMIC_SEQ_CST);
}

/* Kicks each thread that has still to stop, once.  True if there is any such thread. */
static bool request_stops(const struct wali_thread *self, bool all)
{
    bool awaited = false;
    for (struct wali_thread *other = thread_list(); other != NULL; other = other->next) {
        if (other == self || !must_stop(other, all)) {
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

static void clear_requests(void)
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
    static const struct timespec soon = {.tv_nsec = POLL_INTERVAL};
    const uint32_t tid = (uint32_t)self->tid;
    uint32_t found = 0;
    if (thread_is_only_one()) { /* the process has never had another thread */
        robust_list_hand_over(self);
        return;
    }
    while (!__atomic_compare_exchange_n(&stopper, &found, tid, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        if (found == tid) {
            return; /* a fatal signal came during a stop by this thread */
        }
        /* Another thread is the stopper.  obey() returns at once if this code interrupted it. */
        stop_threads_obey(self);
        wait_on(&stopper, found, &soon);
        found = 0;
    }
    robust_list_hand_over(self);
    clear_requests();
    const int64_t until = seconds_now() + LONGEST_WAIT;
    for (;;) {
        const uint32_t seen = __atomic_load_n(&progress, __ATOMIC_SEQ_CST);
        if (!request_stops(self, all) || seconds_now() > until) {
            return;
        }
        wait_on(&progress, seen, &soon);
    }
}

void stop_threads_end(struct wali_thread *self)
{
    robust_list_take_back(self);
    if (!thread_borrows(self) && current_stopper() == (uint32_t)self->tid) {
        __atomic_store_n(&stopper, 0, __ATOMIC_SEQ_CST);
        wake(&stopper);
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
    stay_stopped(self);
    robust_list_take_back(self);
    self->stop.handing_over = false;
    stop_threads_obey(self);
}

FORK_TEXT void stop_threads_fork_child(struct wali_thread *self)
{
    stopper = 0;
    self->stop.stopped = self->stop.handing_over = false;
    robust_list_fork_child(self);
}
