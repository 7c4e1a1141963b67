#define _GNU_SOURCE
#include "wali/native/signals/held_signals.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <stdbool.h>

/* Signals held for the process, in a slot each.  This code runs in handlers, which may have
 * interrupted the same code in the same thread.  So nobody waits for a slot in use.  A signal whose
 * slot is in use is dropped, as if the signal before were still pending: standard signals do not
 * queue (signal(7)). */
static struct process_held of_process FORK_DATA;

/* The calling thread's: a process in its parent's memory has signals of its own. */
static struct process_held *for_process(void)
{
    return thread_borrows(wali_self) ? &wali_self->borrowed->held : &of_process;
}

static int index_of(int signo)
{
    return signo == SIGILL ? 0 : signo == SIGBUS ? 1 : signo == SIGFPE ? 2 : 3;
}

static bool use_begin(sigmask_t signal)
{
    return (__atomic_fetch_or(&for_process()->in_use, signal, __ATOMIC_ACQUIRE) & signal) == 0;
}

static void use_end(sigmask_t signal)
{
    __atomic_fetch_and(&for_process()->in_use, ~signal, __ATOMIC_RELEASE);
}

static sigmask_t process_held(void)
{
    return __atomic_load_n(&for_process()->signals, __ATOMIC_SEQ_CST);
}

sigmask_t held_signals(const struct wali_thread *self)
{
    return self->signals.held | process_held();
}

static sigmask_t blocked_by(const struct wali_thread *thread)
{
    return __atomic_load_n(&thread->signals.blocked_sync, __ATOMIC_SEQ_CST);
}

/* Stores the mask before it looks at held signals.  Whoever holds a signal stores the signal before
 * looking at masks.  So at least one of the two sees the other. */
FORK_TEXT void blocked_sync_set(struct wali_thread *self, sigmask_t mask)
{
    const sigmask_t blocked = mask & SYNC_SIGNALS;
    if ((self->signals.blocked_sync & ~blocked) != 0) {
        __atomic_store_n(&self->signals.blocked_sync, blocked, __ATOMIC_SEQ_CST);
    } else {
        self->signals.blocked_sync = blocked;
    }
    if ((held_signals(self) & ~blocked) != 0) {
        pending_add(HELD_PENDING);
    }
}

void held_signals_offer(const struct wali_thread *self)
{
    const sigmask_t held = process_held() & (self != NULL ? blocked_by(self) : SYNC_SIGNALS);
    for (struct wali_thread *other = thread_list(); held != 0 && other != NULL; other = other->next) {
        const bool alive = __atomic_load_n(&other->tid, __ATOMIC_SEQ_CST) != 0;
        if (alive && other != self && (held & ~blocked_by(other)) != 0 && thread_kick(other)) {
            return; /* a thread that has blocked the signal meanwhile offers it to the next */
        }
    }
}

static void hold_for_process(int signo, const siginfo_t *info)
{
    const sigmask_t signal = SIGMASK_OF(signo);
    if (use_begin(signal)) {
        if ((process_held() & signal) == 0) {
            for_process()->info[index_of(signo)] = *info;
            __atomic_fetch_or(&for_process()->signals, signal, __ATOMIC_SEQ_CST);
        }
        use_end(signal);
    }
}

static void hold_for_thread(struct wali_thread *self, int signo, const siginfo_t *info)
{
    struct wali_signals *signals = &self->signals;
    if ((signals->held & SIGMASK_OF(signo)) == 0) {
        signals->held_info[index_of(signo)] = *info;
        __atomic_fetch_or(&signals->held, SIGMASK_OF(signo), __ATOMIC_SEQ_CST);
    }
}

/* A signal of pthread_sigqueue(3) cannot be told from one of sigqueue(3), and counts as sent to the
 * process. */
static bool is_for_process(const siginfo_t *info)
{
    return info->si_code <= 0 && info->si_code != SI_TKILL;
}

void held_signal_add(struct wali_thread *self, int signo, const siginfo_t *info)
{
    if (is_for_process(info)) {
        hold_for_process(signo, info);
    } else if (self != NULL) {
        hold_for_thread(self, signo, info);
    }
}

static bool take_from_process(int signo, siginfo_t *info)
{
    const sigmask_t signal = SIGMASK_OF(signo);
    bool taken = false;
    if (use_begin(signal)) {
        taken = (process_held() & signal) != 0;
        if (taken) {
            *info = for_process()->info[index_of(signo)];
            __atomic_fetch_and(&for_process()->signals, ~signal, __ATOMIC_SEQ_CST);
        }
        use_end(signal);
    }
    return taken;
}

int held_signal_take(struct wali_thread *self, sigmask_t which, siginfo_t *info)
{
    struct wali_signals *signals = &self->signals;
    sigmask_t found = signals->held & which;
    if (found != 0) {
        const int signo = __builtin_ctzll(found) + 1;
        *info = signals->held_info[index_of(signo)];
        __atomic_fetch_and(&signals->held, ~SIGMASK_OF(signo), __ATOMIC_SEQ_CST);
        return signo;
    }
    for (found = process_held() & which; found != 0; found &= found - 1) {
        const int signo = __builtin_ctzll(found) + 1;
        if (take_from_process(signo, info)) { /* else another thread was faster */
            return signo;
        }
    }
    return 0;
}

FORK_TEXT void held_signals_fork_child(struct wali_thread *self)
{
    self->signals.held = of_process.signals = of_process.in_use = 0;
}
