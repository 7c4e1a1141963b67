#include "interpreter.h"

#include <signal.h>
#include <sys/time.h>

#define LONGEST_CALL 25000 /* microseconds that a call may wait */
#define LONGEST_PROGRAM 2  /* seconds */

static volatile sig_atomic_t rang;

static void on_alarm(int signo)
{
    (void)signo;
    rang = 1;
}

static void set(long seconds, long microseconds)
{
    setitimer(ITIMER_REAL, &(struct itimerval){{0, microseconds}, {seconds, microseconds}}, NULL);
}

void guard_begin(void)
{
    struct sigaction interrupt = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &interrupt, NULL);
    guard_new_process();
}

/* The processor's time is limited for good, for the alarm counts only in calls that wait. */
void guard_new_process(void)
{
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {LONGEST_PROGRAM, 0}}, NULL);
}

void guard_on(void)
{
    rang = 0;
    set(0, LONGEST_CALL);
}

/* Whether it rang. */
bool guard_off(void)
{
    set(0, 0);
    return rang != 0;
}
