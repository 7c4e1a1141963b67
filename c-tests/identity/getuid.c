/* CALLS: getuid, geteuid, getgid, getegid, getresuid, getresgid */
#include "check.h"

int main(void)
{
    unsigned real, effective, saved;
    CHECK(RAW(SYS_getuid) == getuid());
    CHECK(RAW(SYS_geteuid) == geteuid());
    CHECK(RAW(SYS_getgid) == getgid());
    CHECK(RAW(SYS_getegid) == getegid());
    say("%u %u %u %u", getuid(), geteuid(), getgid(), getegid());
    IS(RAW(SYS_getresuid, &real, &effective, &saved), 0);
    CHECK(real == getuid() && effective == geteuid() && saved == effective);
    IS(RAW(SYS_getresgid, &real, &effective, &saved), 0);
    CHECK(real == getgid() && effective == getegid() && saved == effective);
    ERR(RAW(SYS_getresuid, bad_pointer(), &effective, &saved), EFAULT);
    ERR(RAW(SYS_getresuid, &real, &effective, bad_pointer()), EFAULT);
    ERR(RAW(SYS_getresgid, &real, bad_pointer(), &saved), EFAULT);
    return done();
}
