/* CALLS: sethostname, setdomainname */
#include "check.h"

int main(void)
{
    become_ordinary_user();
    ERR(RAW(SYS_sethostname, "name", 4), EPERM);
    ERR(RAW(SYS_setdomainname, "name", 4), EPERM);
    return done();
}
