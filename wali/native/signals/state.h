/* A thread's part of signals: what the guest has set, and what is on its way to a handler. */
#ifndef WALI_SIGNALS_STATE_H
#define WALI_SIGNALS_STATE_H

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/sigset.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* A signal on its way to the guest's handler. */
struct signal_record {
    siginfo_t info;
    struct wali_sigaction action;
    sigmask_t during; /* the thread's mask while the handler runs */
    sigmask_t after;  /* the thread's mask when the handler has returned */
};

/* A process's part of signals: its actions, and the synchronous signals held for all threads. */
struct action_table {
    /* Indexed by signal number - 1. */
    struct {
        bool known; /* false: the action that the process inherited is in force */
        struct wali_sigaction action;
    } actions[SIGNALS];
    _Atomic sigmask_t claimed;
    /* The retry timer's signal, 0 before the first use.  All signals that the timer has ever
     * used. */
    _Atomic int private_signal;
    sigmask_t once_private; /* under actions_lock */
};

struct process_held {
    sigmask_t signals, in_use;
    siginfo_t info[4];
};

struct wali_signals {
    volatile uint32_t entry_will_deliver; /* an entry will look at wali_pending before it returns */
    const sigmask_t *volatile wait_mask;  /* of a waiting call with a mask of its own; else NULL */
    struct wali_stack alternate;          /* sigaltstack(2) */
    sigmask_t blocked_sync;               /* synchronous signals that the guest believes blocked */
    sigmask_t sync_after;                 /* if has_sync_after: blocked_sync after that call */
    bool has_sync_after;
    bool woken_in_vain;     /* kicked to take a held signal that another thread took first */
    sigmask_t held;         /* synchronous signals sent to this thread, not yet handled */
    siginfo_t held_info[4]; /* of each held signal */
    uint32_t cancel_word;   /* guest address of libc's word; 0 when unset (cancel_word.h) */
    bool has_timer, timer_runs;
    int timer, timer_signal;
    struct signal_record record;
};

#endif
