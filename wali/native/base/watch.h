/* What the trace hears of besides calls: signals, and how threads and processes end.  The trace lies
 * floors above those who tell (calls/trace_events). */
#ifndef WALI_BASE_WATCH_H
#define WALI_BASE_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct watch {
    /* A call is at its end, with this result so far, and handlers may run before it returns.  What is
     * returned is for call_goes_on(), which says whether the call is made again. */
    void *(*call_pauses)(const int64_t *result);
    void (*call_goes_on)(void *call, bool again);
    /* A handler is about to run, or the signal is about to end the process.  Async-signal-safe. */
    void (*signal)(const siginfo_t *info);
    /* Whether each signal that would end the process is to be told, though no handler wants it. */
    bool wants_deaths;
    void (*thread_ends)(int status);
    void (*process_ends)(int status);
    /* The process is about to die by a signal.  Async-signal-safe. */
    void (*process_dies)(int signo);
    /* The process is about to execute a program that is not traced. */
    void (*leaves)(void);
};

/* NULL without a trace. */
extern const struct watch *watch __attribute__((visibility("hidden")));

#define WATCH(what, ...)                                                                                     \
    do {                                                                                                     \
        if (__builtin_expect(watch != NULL, false)) {                                                        \
            watch->what(__VA_ARGS__);                                                                        \
        }                                                                                                    \
    } while (false)

#endif
