/* On a tmpfs of its own, which counts since Linux 6.6. */
/* CALLS: quotactl_fd */
/* REQUIRES: root */
/* REQUIRES: cap-sys-admin */
/* REQUIRES: linux-6.6 */
#include "check.h"

#include <linux/quota.h>
#include <sched.h>
#include <sys/mount.h>

#define USER 12345
#define CALL(command, id, address) RAW(SYS_quotactl_fd, fd, QCMD(command, USRQUOTA), id, address)

int main(void)
{
    OK(unshare(CLONE_NEWNS));
    OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    OK(mkdir("counted", 0700));
    if (mount("none", "counted", "tmpfs", 0, "usrquota") < 0) {
        skip("this kernel's tmpfs does not count");
    }
    int fd = open("counted", O_RDONLY | O_DIRECTORY), file = open("counted/file", O_RDWR | O_CREAT, 0600);
    OK(fchown(file, USER, 0));
    IS(write(file, "x", 1), 1);
    struct if_dqblk limits = {0};
    IS(CALL(Q_GETQUOTA, USER, &limits), 0);
    IS((long long)limits.dqb_curspace, 4096);
    IS((long long)limits.dqb_curinodes, 1);
    limits.dqb_bhardlimit = 8; /* KiB */
    limits.dqb_valid = QIF_BLIMITS;
    IS(CALL(Q_SETQUOTA, USER, &limits), 0);
    struct if_nextdqblk next = {0};
    IS(CALL(Q_GETNEXTQUOTA, 1, &next), 0);
    IS(next.dqb_id, USER);
    IS((long long)next.dqb_bhardlimit, 8);
    struct if_dqinfo times = {0};
    IS(CALL(Q_GETINFO, 0, &times), 0);
    ERR(CALL(Q_GETQUOTA, USER, bad_pointer()), EFAULT);
    ERR(CALL(Q_SETQUOTA, USER, bad_pointer()), EFAULT);
    ERR(CALL(Q_GETNEXTQUOTA, 1, bad_pointer()), EFAULT);
    ERR(CALL(Q_GETINFO, 0, bad_pointer()), EFAULT);
    fflush(stdout); /* which may be a file of the same limit's */
    OK(seteuid(USER));
    IS(pwrite(file, "y", 1, 4096), 1);
    ERR(pwrite(file, "z", 1, 8192), EDQUOT);
    OK(seteuid(0));
    OK(umount("counted"));
    return done();
}
