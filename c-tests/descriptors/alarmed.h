/* Calls that wait while an alarm comes every 50 ms; the third lets the call come to its end. */
#ifndef ALARMED_H
#define ALARMED_H

#include "check.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms;
static void (*at_the_third)(void);

static void on_alarm(int number)
{
    (void)number;
    alarms = alarms + 1;
    if (alarms == 3) {
        at_the_third();
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    }
}

static inline void start_alarms(int flags, void (*how_it_ends)(void))
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    struct itimerval soon = {{0, 50000}, {0, 50000}};
    at_the_third = how_it_ends;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
}

#endif
