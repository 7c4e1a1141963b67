/* Signals for the guest: where they find a thread, and how its handlers run.
 * docs/SIGNALS.md draws the path of one.
 *
 * In compiled code a handler runs right there, on top of what it interrupted.
 * In host code the signal is kept, and the entry that the thread is in delivers
 * it before it returns to the guest.  All signals are blocked from the arrival of
 * one until its handler is about to run, so a thread keeps one at most.
 *
 * The kernel can never block SYNC_SIGNALS (sigset.h): those that another
 * process sends are held instead (held_signals.h). */
#ifndef WALI_DELIVERY_DELIVERY_H
#define WALI_DELIVERY_DELIVERY_H

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

struct wali_thread;

/* prctl(2)'s option for the runtime, by which libc names its cancel_word. */
#define PR_WALI 0x57414c49

/* A signal on its way to a handler of the guest's. */
struct signal_record {
    siginfo_t info;
    struct wali_sigaction action;
    sigmask_t during; /* the thread's mask while the handler runs */
    sigmask_t after;  /* and when it has returned */
};

/* A thread's part. */
struct wali_signals {
    volatile uint32_t entry_will_deliver; /* an entry will look for pending signals before it returns */
    const sigmask_t *volatile wait_mask;  /* the mask of a call that has one of its own, while it waits */
    struct wali_stack alternate;          /* sigaltstack(2) */
    sigmask_t blocked_sync;               /* what the guest believes blocked of SYNC_SIGNALS */
    sigmask_t sync_after;                 /* with has_sync_after: what to go back to, after wait_mask */
    bool has_sync_after;
    bool woken_in_vain;     /* kicked to take what another thread had taken by then */
    sigmask_t held;         /* of SYNC_SIGNALS: sent to this thread, and not yet handled */
    siginfo_t held_info[4]; /* theirs */
    uint32_t cancel_word;   /* guest address of libc's; 0 when unset (docs/THREADS.md) */
    bool has_timer, timer_runs;
    int timer, timer_signal;
    struct signal_record record;
};

/* Not 0 if a handler is to run: RECORD_PENDING while the thread's record is in
 * use, HELD_PENDING if something that is held may be let in.  A variable of its
 * own, because the window of wali_syscall_wait looks at it. */
#define RECORD_PENDING UINT32_C(1)
#define HELD_PENDING UINT32_C(2)
extern __thread volatile uint32_t wali_pending
    __attribute__((visibility("hidden"), tls_model("initial-exec")));

static inline void pending_add(uint32_t bit)
{
    __atomic_fetch_or(&wali_pending, bit, __ATOMIC_SEQ_CST);
}

/* The host's handler for every signal that the guest handles. */
void signal_arrived(int signo, siginfo_t *info, void *context) __attribute__((visibility("hidden")));

/* Runs the handlers of what is pending, at the end of an entry whose result is
 * that.  True if the call is to be done again; *trap is set if the guest is to
 * leave its frames. */
bool signals_deliver(struct wali_thread *self, int64_t *result, wasm_trap_t **trap)
    __attribute__((visibility("hidden"), cold));

/* Runs the guest's handler for a fault of guest code.  False if it has none. */
bool signal_fault(struct wali_thread *self, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

/* A signal of SYNC_SIGNALS that somebody sent, be it to make the thread look at
 * what it has to do (thread_kick). */
void sent_signal_arrived(int signo, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

/* The mask that the guest has, the same while from here on all signals are blocked,
 * and a new one: while a signal waits for its handler, the kernel's is another. */
sigmask_t guest_mask_get(const struct wali_thread *self) __attribute__((visibility("hidden")));
sigmask_t guest_mask_close(const struct wali_thread *self) __attribute__((visibility("hidden")));
void guest_mask_set(struct wali_thread *self, sigmask_t mask) __attribute__((visibility("hidden")));

/* In a forked child: what the kernel does not hand on. */
void signals_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

/* When a thread ends. */
void signals_thread_end(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
