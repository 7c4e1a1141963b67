/* CALLS: quotactl, quotactl_fd */
#include "check.h"

#include <linux/quota.h>

int main(void)
{
    struct if_dqblk limits;
    int here = open(".", O_RDONLY | O_DIRECTORY), get = (int)QCMD(Q_GETQUOTA, USRQUOTA);
    IS(RAW(SYS_quotactl, QCMD(Q_SYNC, USRQUOTA), NULL, 0, NULL), 0);
    ERR(RAW(SYS_quotactl, get, "missing", 0, &limits), ENOENT);
    ERR(RAW(SYS_quotactl, get, "/dev/null", 0, &limits), ENOTBLK);
    ERR(RAW(SYS_quotactl, get, bad_pointer(), 0, &limits), EFAULT);
    ERR(RAW(SYS_quotactl, QCMD(Q_GETQUOTA, 99), "/dev/null", 0, &limits), EINVAL);
    ERR(RAW(SYS_quotactl_fd, -1, get, 0, &limits), EBADF);
    ERR(RAW(SYS_quotactl_fd, here, QCMD(Q_GETQUOTA, 99), 0, &limits), EINVAL);
    CHECK(RAW(SYS_quotactl_fd, here, QCMD(0x123456, USRQUOTA), 0, &limits) == -1);
    return done();
}
