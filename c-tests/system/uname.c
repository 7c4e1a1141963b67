/* CALLS: uname */
#include "check.h"

#include <sys/utsname.h>

int main(void)
{
    struct utsname name;
    char host[65];
    IS(RAW(SYS_uname, &name), 0);
    TEXT(name.sysname, "Linux");
    OK(gethostname(host, sizeof host));
    CHECK(strcmp(host, name.nodename) == 0);
    CHECK(name.machine[0] && name.version[0] && name.domainname[0]);
    strcat(name.release, "\n");
    CHECK(strcmp(content_of("/proc/sys/kernel/osrelease"), name.release) == 0);
    ERR(RAW(SYS_uname, bad_pointer()), EFAULT);
    return done();
}
