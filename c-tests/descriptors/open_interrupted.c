/* CALLS: open, rt_sigaction, setitimer */
/* Opening a FIFO waits for the other end; a handled signal ends that, or not with SA_RESTART. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms, other = -1;

static void on_alarm(int number)
{
    (void)number;
    alarms = alarms + 1;
    if (alarms == 3) {
        other = open("fifo", O_RDONLY | O_NONBLOCK);
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    }
}

static void set_up(int flags)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    struct itimerval soon = {{0, 50000}, {0, 50000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
}

int main(void)
{
    mkfifo("fifo", 0600);
    set_up(0);
    ERR(open("fifo", O_WRONLY), EINTR);
    alarms = 1;
    set_up(SA_RESTART);
    OK(open("fifo", O_WRONLY));
    IS(alarms, 3);
    CHECK(other >= 0);
    return done();
}
