/* CALLS: fcntl, rt_sigaction, alarm */
/* A wait for a lock ends with a handled signal, or goes on with SA_RESTART. */
#include "alarmed.h"

static int holder;

static void let_go(void)
{
    close(holder); /* which ends its lock */
}

int main(void)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    holder = make_file("file", "abc");
    int waiter = (int)OK(open("file", O_RDWR));
    IS(fcntl(holder, F_OFD_SETLK, &lock), 0);

    start_alarms(0, let_go);
    ERR(fcntl(waiter, F_OFD_SETLKW, &lock), EINTR);
    alarms = 1;
    start_alarms(SA_RESTART, let_go);
    IS(fcntl(waiter, F_SETLKW, &lock), 0);
    IS(alarms, 3);
    return done();
}
