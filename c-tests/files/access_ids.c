/* CALLS: access, faccessat2, setresuid */
/* REQUIRES: root */
/* access asks for the real user, AT_EACCESS for the effective one. */
#include "check.h"

#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif

int main(void)
{
    OK(chmod(".", 0755));
    close(make_file("secret", "abc"));
    OK(chmod("secret", 0600));
    OK(RAW(SYS_setresuid, 0, 65534, 0));
    IS(RAW(SYS_access, "secret", R_OK), 0);
    ERR(RAW(SYS_faccessat2, AT_FDCWD, "secret", R_OK, AT_EACCESS), EACCES);
    OK(RAW(SYS_setresuid, 65534, 0, 0));
    ERR(RAW(SYS_access, "secret", R_OK), EACCES);
    IS(RAW(SYS_faccessat2, AT_FDCWD, "secret", R_OK, AT_EACCESS), 0);
    return done();
}
