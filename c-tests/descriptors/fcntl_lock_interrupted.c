/* CALLS: fcntl, rt_sigaction, alarm */
/* A wait for a lock ends with a handled signal, or goes on with SA_RESTART. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms;
static int holder;

static void on_alarm(int number)
{
    (void)number;
    alarms = alarms + 1;
    if (alarms == 3) {
        close(holder); /* which ends its lock */
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
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    holder = make_file("file", "abc");
    int waiter = (int)OK(open("file", O_RDWR));
    IS(fcntl(holder, F_OFD_SETLK, &lock), 0);

    set_up(0);
    ERR(fcntl(waiter, F_OFD_SETLKW, &lock), EINTR);
    alarms = 1;
    set_up(SA_RESTART);
    IS(fcntl(waiter, F_SETLKW, &lock), 0);
    IS(alarms, 3);
    return done();
}
