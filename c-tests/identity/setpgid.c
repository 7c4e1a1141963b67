/* CALLS: setpgid, getpgid */
/* SESSION: inherit */
#include "check.h"

int main(void)
{
    int pid = getpid(), before = getpgid(0);
    CHECK(before != pid);
    IS(RAW(SYS_setpgid, 0, 0), 0);
    CHECK(getpgid(0) == pid);
    IS(RAW(SYS_setpgid, pid, before), 0); /* back into a group of the same session */
    CHECK(getpgid(pid) == before);
    IS(RAW(SYS_setpgid, pid, 0), 0);
    ERR(RAW(SYS_setsid), EPERM);                /* the leader of a group */
    ERR(RAW(SYS_setpgid, getppid(), 0), ESRCH); /* not a child */
    return done();
}
