/* CALLS: setsid, setpgid, getpgid, getsid */
/* SESSION: inherit */
#include "check.h"

int main(void)
{
    int pid = getpid();
    CHECK(getsid(0) != pid && getpgid(0) != pid);
    CHECK(RAW(SYS_setsid) == pid);
    CHECK(getsid(0) == pid && getpgid(0) == pid);
    ERR(RAW(SYS_setsid), EPERM);
    return done();
}
