/* CALLS: setns */
#include "check.h"

#include <sched.h>

int main(void)
{
    int file = make_file("file", ""), names = (int)OK(open("/proc/self/ns/uts", O_RDONLY));
    ERR(RAW(SYS_setns, -1, 0), EBADF);
    ERR(RAW(SYS_setns, file, 0), EINVAL);
    ERR(RAW(SYS_setns, names, CLONE_NEWNET), EINVAL); /* of another type */
    become_ordinary_user();
    ERR(RAW(SYS_setns, names, 0), EPERM);
    ERR(RAW(SYS_setns, names, CLONE_NEWUTS), EPERM);
    return done();
}
