/* CALLS: ioctl */
/* Requests to what is no file of a disk: random numbers, namespaces, timerfd, epoll, pidfd. */
#include "check.h"

#include <linux/random.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>

enum { NS_USERNS = 0xb701, NS_PARENT = 0xb702, NS_NSTYPE = 0xb703, NS_OWNER = 0xb704 };

/* Answers 0, or the kernel is too old for it or built without it. */
static bool offered(int result)
{
    return result == 0 || errno == ENOTTY || errno == EINVAL;
}

int main(void)
{
    int bits = -1, random = (int)OK(open("/dev/urandom", O_RDONLY));
    IS(ioctl(random, (int)RNDGETENTCNT, &bits), 0);
    CHECK(bits >= 0);
    ERR(ioctl(random, (int)RNDGETENTCNT, bad_pointer()), EFAULT);

    int net = (int)OK(open("/proc/self/ns/net", O_RDONLY)),
        user = (int)OK(open("/proc/self/ns/user", O_RDONLY));
    uid_t owner = 77;
    IS(ioctl(net, NS_NSTYPE), CLONE_NEWNET);
    IS(ioctl(user, NS_NSTYPE), CLONE_NEWUSER);
    ERR(ioctl(net, NS_PARENT), EINVAL);
    ERR(ioctl(net, NS_OWNER, &owner), EINVAL);
    IS(ioctl(user, NS_OWNER, &owner), 0);
    ERR(ioctl(user, NS_OWNER, bad_pointer()), EFAULT);
    CHECK(ioctl(net, NS_USERNS) >= 0 || errno == EPERM);

    uint64_t ticks = 3;
    int timer = (int)OK(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
    CHECK(offered(ioctl(timer, 0x40085400 /* TFD_IOC_SET_TICKS */, &ticks)));

    struct {
        uint32_t busy_usecs;
        uint16_t budget;
        uint8_t prefer, pad;
    } params = {0, 8, 0, 0};
    int epoll = (int)OK(epoll_create1(0));
    bool has = ioctl(epoll, (int)0x80088a02 /* EPIOCGPARAMS */, &params) == 0;
    CHECK(has || errno == ENOTTY || errno == EINVAL);
    if (has) {
        params.busy_usecs = 5;
        CHECK(ioctl(epoll, 0x40088a01 /* EPIOCSPARAMS */, &params) == 0 || errno == EOPNOTSUPP);
        CHECK(ioctl(epoll, (int)0x80088a02, bad_pointer()) == -1 && errno == EFAULT);
    }
    int self = (int)OK(RAW(SYS_pidfd_open, getpid(), 0));
    CHECK(offered(ioctl(self, 0xff09 /* PIDFD_GET_USER_NAMESPACE */, 0) >= 0 ? 0 : -1) || errno == EPERM);
    return done();
}
