/* CALLS: open, rt_sigaction, setitimer */
/* Opening a FIFO waits for the other end; a handled signal ends that, or not with SA_RESTART. */
#include "alarmed.h"

static volatile sig_atomic_t other = -1;

static void let_go(void)
{
    other = open("fifo", O_RDONLY | O_NONBLOCK);
}

int main(void)
{
    mkfifo("fifo", 0600);
    start_alarms(0, let_go);
    ERR(open("fifo", O_WRONLY), EINTR);
    alarms = 1;
    start_alarms(SA_RESTART, let_go);
    OK(open("fifo", O_WRONLY));
    IS(alarms, 3);
    CHECK(other >= 0);
    return done();
}
