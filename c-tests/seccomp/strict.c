/* CALLS: seccomp, prctl */
#include "filter.h"

#include <signal.h>

static int works_on(void)
{
    char byte;
    int ends[2];
    IS(pipe(ends), 0);
    fflush(stdout);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0 || write(ends[1], "x", 1) != 1 ||
        read(ends[0], &byte, 1) != 1 || byte != 'x' || write(1, "written\n", 8) != 8) {
        RAW(SYS_exit, 1);
    }
    RAW(SYS_exit, 7);
    return 1;
}

static int exit_group(void)
{
    if (RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0) == 0) {
        RAW(SYS_exit_group, 7);
    }
    return 1;
}

static int libc_exit(void)
{
    if (RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0) == 0) {
        _exit(7);
    }
    return 1;
}

static int another_call(void)
{
    if (RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0) == 0) {
        RAW(SYS_getpid);
    }
    return 1;
}

static int asks(void)
{
    if (RAW(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0) == 0) {
        prctl(PR_GET_SECCOMP);
    }
    return 1;
}

static void on_signal(int signo)
{
    (void)signo;
    write(1, "handled\n", 8);
}

/* The handler returns by rt_sigreturn, which is allowed. */
static int handled(void)
{
    int there[2], back[2];
    char byte;
    struct sigaction action = {.sa_handler = on_signal};
    IS(pipe(there), 0);
    IS(pipe(back), 0);
    IS(sigaction(SIGUSR1, &action, NULL), 0);
    fflush(stdout);
    const int self = getpid();
    if (fork() == 0) {
        if (read(there[0], &byte, 1) == 1) {
            kill(self, SIGUSR1);
            usleep(200000);
            write(back[1], "b", 1);
        }
        _exit(0);
    }
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0 && write(there[1], "a", 1) == 1) {
        while (read(back[0], &byte, 1) != 1) {
        }
        RAW(SYS_exit, byte == 'b' ? 5 : 6);
    }
    return 1;
}

static int twice(void)
{
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0) {
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
    }
    return 1;
}

int main(void)
{
    in_child("works on", works_on);
    in_child("exit_group", exit_group);
    in_child("_exit", libc_exit);
    in_child("another call", another_call);
    in_child("asks", asks);
    in_child("handled", handled);
    in_child("twice", twice);
    IS(prctl(PR_GET_SECCOMP), 0);
    return done();
}
