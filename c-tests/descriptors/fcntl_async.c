/* CALLS: fcntl, ioctl, rt_sigtimedwait */
/* O_ASYNC: a signal when a descriptor becomes ready, queued and with its number if F_SETSIG asks so. */
#include "check.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>

static int wait_for(sigset_t *set, siginfo_t *info)
{
    struct timespec second = {1, 0};
    return sigtimedwait(set, info, &second);
}

int main(void)
{
    int pipes[2], on = 1, off = 0;
    char byte;
    siginfo_t info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    sigaddset(&set, SIGRTMIN + 3);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(pipe(pipes));
    IS(fcntl(pipes[0], F_SETOWN, getpid()), 0);
    IS(fcntl(pipes[0], F_SETFL, O_ASYNC), 0);
    IS(fcntl(pipes[0], F_GETFL) & O_ASYNC, O_ASYNC);

    IS(write(pipes[1], "a", 1), 1);
    IS(wait_for(&set, &info), SIGIO);
    IS(read(pipes[0], &byte, 1), 1);

    IS(fcntl(pipes[0], F_SETSIG, SIGRTMIN + 3), 0);
    IS(write(pipes[1], "b", 1), 1);
    CHECK(wait_for(&set, &info) == SIGRTMIN + 3);
    CHECK(info.si_signo == SIGRTMIN + 3);
    IS(info.si_code, POLL_IN);
    CHECK(info.si_fd == pipes[0]);
    IS(read(pipes[0], &byte, 1), 1);

    /* The same flag through ioctl. */
    IS(ioctl(pipes[0], FIOASYNC, &off), 0);
    IS(fcntl(pipes[0], F_GETFL) & O_ASYNC, 0);
    IS(ioctl(pipes[0], FIOASYNC, &on), 0);
    IS(fcntl(pipes[0], F_GETFL) & O_ASYNC, O_ASYNC);
    ERR(ioctl(pipes[0], FIOASYNC, bad_pointer()), EFAULT);
    return done();
}
