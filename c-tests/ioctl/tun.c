/* CALLS: ioctl */
/* TUN: requests encoded as int that move a struct ifreq or a number. */
#include "check.h"

#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

int main(void)
{
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        skip("no TUN");
    }
    unsigned features[2] = {0, 0x55555555};
    struct ifreq request;
    memset(&request, 0, sizeof request);
    IS(ioctl(fd, (int)TUNGETFEATURES, features), 0);
    CHECK((features[0] & IFF_TUN) != 0 && features[1] == 0x55555555);
    CHECK(ioctl(fd, (int)TUNGETIFF, &request) == -1 && errno == EBADFD); /* none is attached */
    ERR(ioctl(fd, (int)TUNGETFEATURES, bad_pointer()), EFAULT);
    become_ordinary_user();
    request.ifr_flags = IFF_TUN;
    ERR(ioctl(fd, (int)TUNSETIFF, &request), EPERM);
    ERR(ioctl(fd, (int)TUNSETIFF, bad_pointer()), EFAULT);
    return done();
}
