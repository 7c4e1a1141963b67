/* A thread's part of signals. */
#ifndef WALI_SIGNALS_STATE_H
#define WALI_SIGNALS_STATE_H

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/sigset.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

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

#endif
