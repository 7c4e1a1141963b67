/* CALLS: setuid, setgid, setreuid, setregid, setresuid, setresgid, setfsuid, setfsgid */
/* What everybody may set: the ids that he has; and what an ordinary user may not. */
#include "check.h"

int main(void)
{
    become_ordinary_user();
    unsigned user = getuid(), group = getgid();
    IS(RAW(SYS_setuid, user), 0);
    IS(RAW(SYS_setgid, group), 0);
    IS(RAW(SYS_setreuid, -1, -1), 0);
    IS(RAW(SYS_setreuid, user, user), 0);
    IS(RAW(SYS_setregid, group, -1), 0);
    IS(RAW(SYS_setresuid, -1, user, -1), 0);
    IS(RAW(SYS_setresgid, group, group, group), 0);
    CHECK(RAW(SYS_setfsuid, user) == user);
    CHECK(RAW(SYS_setfsgid, group) == group);
    CHECK(RAW(SYS_setfsuid, -1) == user); /* never fails, answers the one before */
    CHECK(RAW(SYS_setfsuid, 0) == user);
    CHECK(RAW(SYS_setfsuid, -1) == user);

    ERR(RAW(SYS_setuid, 0), EPERM);
    ERR(RAW(SYS_setgid, 0), EPERM);
    ERR(RAW(SYS_setreuid, 0, -1), EPERM);
    ERR(RAW(SYS_setregid, -1, 0), EPERM);
    ERR(RAW(SYS_setresuid, -1, -1, 0), EPERM);
    ERR(RAW(SYS_setresgid, 0, 0, 0), EPERM);
    ERR(RAW(SYS_setuid, -1), EINVAL);
    ERR(RAW(SYS_setgid, -1), EINVAL);
    CHECK(getuid() == user && geteuid() == user && getgid() == group && getegid() == group);
    return done();
}
