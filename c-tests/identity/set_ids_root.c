/* CALLS: setuid, setgid, setreuid, setregid, setresuid, setresgid, setfsuid, setfsgid */
/* CALLS: getresuid, getresgid */
/* REQUIRES: root */
#include "check.h"

static void show(void)
{
    unsigned a, b, c, d, e, f;
    if (RAW(SYS_getresuid, &a, &b, &c) == 0 && RAW(SYS_getresgid, &d, &e, &f) == 0) {
        say("uid %u %u %u gid %u %u %u", a, b, c, d, e, f);
    }
}

int main(void)
{
    OK(chmod(".", 0755));
    IS(RAW(SYS_setresgid, 1, 2, 3), 0);
    IS(RAW(SYS_setregid, 4, 5), 0);
    show();
    IS(RAW(SYS_setgid, 6), 0);
    show();
    IS(RAW(SYS_setfsgid, 7), 6);
    IS(RAW(SYS_setfsgid, -1), 7);
    IS(RAW(SYS_setresuid, 0, 0x80000001u, 0), 0);
    show();
    IS(RAW(SYS_setresuid, -1, 0, -1), 0); /* the real one allows it back */
    IS(RAW(SYS_setreuid, 8, 0), 0);
    show();
    IS(RAW(SYS_setfsuid, 9), 0);
    IS(RAW(SYS_setfsuid, -1), 9);
    ERR(open("new", O_CREAT | O_WRONLY, 0644), EACCES); /* the file system sees user 9 now */
    IS(RAW(SYS_setfsuid, 0), 9);
    IS(RAW(SYS_setuid, 10), 0); /* as root it sets all three */
    show();
    ERR(RAW(SYS_setuid, 0), EPERM);
    return done();
}
