/* CALLS: sethostname, setdomainname */
/* REQUIRES: root, cap-sys-admin */
/* Only what fails: the name of the machine is not ours. */
#include "check.h"

int main(void)
{
    ERR(RAW(SYS_sethostname, "name", -1), EINVAL);
    ERR(RAW(SYS_sethostname, "name", 65), EINVAL);
    ERR(RAW(SYS_sethostname, bad_pointer(), 4), EFAULT);
    ERR(RAW(SYS_setdomainname, "name", -1), EINVAL);
    ERR(RAW(SYS_setdomainname, bad_pointer(), 4), EFAULT);
    return done();
}
