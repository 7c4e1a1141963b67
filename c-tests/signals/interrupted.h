/* Calls that a signal interrupts: a thread sends SIGUSR1 to the main thread once that sleeps, and again as
 * long as the call should have ended by it; then it lets the call come to its end. */
#ifndef INTERRUPTED_H
#define INTERRUPTED_H

#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

/* In microseconds: what a call has for noticing a signal. */
#define MOMENT 4000

static volatile sig_atomic_t handled;
static atomic_bool over;
static bool restarting;
static int main_tid, process;
static void (*finish)(void);
static int most_signals;
static pthread_t interrupter;

static inline void count_signal(int signo)
{
    (void)signo;
    handled = 1;
}

/* Whether the thread, of this process or another, waits for something. */
static inline bool asleep(int pid, int tid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length < 0 ? 0 : length] = 0;
    const char *state = strrchr(text, ')');
    return state != NULL && state[1] == ' ' && state[2] == 'S';
}

/* Waits until it has been asleep for a while. Gives up after a second: what follows will say so. */
static inline void wait_asleep(int pid, int tid)
{
    for (int i = 0, seen = 0; i < 1000 && seen < 3; i++) {
        usleep(1000);
        seen = asleep(pid, tid) ? seen + 1 : 0;
    }
}

static inline void *interrupt(void *unused)
{
    for (int i = 0; i < most_signals && !over; i++) {
        wait_asleep(process, main_tid);
        if (!over) {
            RAW(SYS_tgkill, process, main_tid, SIGUSR1);
        }
        usleep(MOMENT);
    }
    if (finish) {
        wait_asleep(process, main_tid); /* what it waits for may not come before it waits again */
        finish();
    }
    return unused;
}

/* One signal is enough for a call that does not restart, unless it comes too early. */
static inline void interrupt_call(void (*how_it_ends)(void), bool restarts)
{
    finish = how_it_ends;
    most_signals = restarts ? 2 : 50;
    handled = 0;
    over = false;
    if (pthread_create(&interrupter, NULL, interrupt, NULL) != 0) {
        abort();
    }
}

/* Before a call that no signal ends. */
static inline void begin_kept(void (*how_it_ends)(void))
{
    interrupt_call(how_it_ends, true);
}

/* Before a call that `how_it_ends` lets succeed, if it restarts. NULL if the signal alone must end it. */
static inline void begin(void (*how_it_ends)(void))
{
    interrupt_call(how_it_ends, restarting && how_it_ends);
}

/* Behind the call: says how it ended. */
static inline long end(const char *what, long result)
{
    int code = errno;
    over = true;
    pthread_join(interrupter, NULL);
    say("%s: %s, %s", what, result >= 0 ? "ok" : errno_name(code), handled ? "handled" : "NOT HANDLED");
    errno = code;
    return result;
}

/* Runs the calls with SA_RESTART, then without. */
static inline void with_and_without_restart(void (*calls)(void))
{
    process = getpid();
    main_tid = (int)RAW(SYS_gettid);
    for (int i = 0; i < 2; i++) {
        restarting = i == 0;
        struct sigaction action = {.sa_handler = count_signal, .sa_flags = restarting ? SA_RESTART : 0};
        sigaction(SIGUSR1, &action, NULL);
        say("-- %s", restarting ? "SA_RESTART" : "plain");
        calls();
    }
}

#endif
