/* CALLS: getpid, gettid, getppid, getpgrp, getpgid, getsid, setpgid */
/* The runner starts it as leader of a session of its own. */
#include "check.h"

int main(void)
{
    int pid = getpid();
    CHECK(RAW(SYS_getpid) == pid && pid > 1);
    CHECK(RAW(SYS_gettid) == pid);
    CHECK(RAW(SYS_getppid) == getppid() && getppid() > 0);
    CHECK(RAW(SYS_getpgrp) == pid);
    CHECK(RAW(SYS_getpgid, 0) == pid && RAW(SYS_getpgid, pid) == pid);
    CHECK(RAW(SYS_getsid, 0) == pid && RAW(SYS_getsid, pid) == pid);
    char link[32] = {0}, expected[32];
    OK(readlink("/proc/self", link, sizeof link - 1));
    snprintf(expected, sizeof expected, "%d", pid);
    CHECK(strcmp(link, expected) == 0);

    ERR(RAW(SYS_getpgid, -1), ESRCH);
    ERR(RAW(SYS_getpgid, 0x7fffffff), ESRCH);
    ERR(RAW(SYS_getsid, -1), ESRCH);
    ERR(RAW(SYS_getsid, 0x7fffffff), ESRCH);
    ERR(RAW(SYS_setsid), EPERM);
    ERR(RAW(SYS_setpgid, 0, 0), EPERM); /* a leader of a session stays where it is */
    ERR(RAW(SYS_setpgid, pid, 1), EPERM);
    ERR(RAW(SYS_setpgid, 0, -1), EINVAL);
    ERR(RAW(SYS_setpgid, 0x7fffffff, 0), ESRCH);
    ERR(RAW(SYS_setpgid, -1, 0), EINVAL);
    return done();
}
