/* CALLS: fcntl */
/* Who gets the signals of a descriptor: F_SETOWN, F_SETOWN_EX, F_SETSIG, F_GETOWNER_UIDS. */
#include "check.h"

#include <signal.h>

enum { TID = 0, PID = 1, PGRP = 2 };

struct owner {
    int type, pid;
};

/* F_GETOWN's result for a group below 4096 reads like an errno (fcntl(2), BUGS). */
static int group_of(int fd)
{
    struct owner owner = {-1, -1};
    return fcntl(fd, F_GETOWN_EX, &owner) == 0 && owner.type == PGRP ? owner.pid : -1;
}

int main(void)
{
    int pipes[2], pid = getpid(), group = getpgrp();
    OK(pipe(pipes));
    int fd = pipes[0];
    IS(fcntl(fd, F_GETOWN), 0);
    IS(fcntl(fd, F_SETOWN, pid), 0);
    CHECK(fcntl(fd, F_GETOWN) == pid);
    IS(fcntl(fd, F_SETOWN, -group), 0);
    CHECK(group_of(fd) == group);
    ERR(fcntl(fd, F_SETOWN, 0x7ffffff0), ESRCH);
    CHECK(group_of(fd) == group);
    IS(fcntl(fd, F_SETOWN, 0), 0);
    IS(fcntl(fd, F_GETOWN), 0);

    struct owner owner = {PID, pid}, seen = {-1, -1};
    IS(fcntl(fd, F_SETOWN_EX, &owner), 0);
    IS(fcntl(fd, F_GETOWN_EX, &seen), 0);
    CHECK(seen.type == PID && seen.pid == pid);
    owner = (struct owner){PGRP, group};
    IS(fcntl(fd, F_SETOWN_EX, &owner), 0);
    IS(fcntl(fd, F_GETOWN_EX, &seen), 0);
    CHECK(seen.type == PGRP && seen.pid == group);
    owner = (struct owner){TID, (int)RAW(SYS_gettid)};
    IS(fcntl(fd, F_SETOWN_EX, &owner), 0);
    IS(fcntl(fd, F_GETOWN_EX, &seen), 0);
    CHECK(seen.type == TID && seen.pid == owner.pid);
    owner.type = 3;
    ERR(fcntl(fd, F_SETOWN_EX, &owner), EINVAL);
    ERR(fcntl(fd, F_SETOWN_EX, bad_pointer()), EFAULT);
    ERR(fcntl(fd, F_GETOWN_EX, bad_pointer()), EFAULT);
    ERR(fcntl(-1, F_GETOWN_EX, bad_pointer()), EBADF);

    uint32_t uids[2] = {77, 77};
    IS(fcntl(fd, 17 /* F_GETOWNER_UIDS */, uids), 0);
    CHECK(uids[0] == getuid() && uids[1] == geteuid());

    IS(fcntl(fd, F_GETSIG), 0);
    IS(fcntl(fd, F_SETSIG, SIGUSR2), 0);
    IS(fcntl(fd, F_GETSIG), SIGUSR2);
    IS(fcntl(fd, F_SETSIG, 64), 0);
    IS(fcntl(fd, F_GETSIG), 64);
    ERR(fcntl(fd, F_SETSIG, 65), EINVAL);
    ERR(fcntl(fd, F_SETSIG, -1), EINVAL);
    IS(fcntl(fd, F_SETSIG, 0), 0);
    return done();
}
