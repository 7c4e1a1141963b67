/* CALLS: syslog */
#include "check.h"

int main(void)
{
    char buffer[16];
    become_ordinary_user();
    ERR(RAW(SYS_syslog, 5, NULL, 0), EPERM); /* clearing */
    ERR(RAW(SYS_syslog, 8, NULL, 4), EPERM);
    ERR2(RAW(SYS_syslog, 3, buffer, -1), EINVAL, EPERM);
    ERR2(RAW(SYS_syslog, 3, NULL, 16), EINVAL, EPERM);
    ERR2(RAW(SYS_syslog, 99, buffer, 16), EINVAL, EPERM);
    ERR2(RAW(SYS_syslog, 3, bad_pointer(), 16), EFAULT, EPERM);
    return done();
}
