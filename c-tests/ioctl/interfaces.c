/* CALLS: ioctl, socket */
/* Network interfaces (netdevice(7)), by the one that every machine has. */
#include "check.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct ifreq named(const char *name)
{
    struct ifreq request;
    memset(&request, 0x55, sizeof request);
    memset(request.ifr_name, 0, sizeof request.ifr_name);
    strcpy(request.ifr_name, name);
    return request;
}

static void single(int fd)
{
    struct ifreq request = named("lo");
    IS(ioctl(fd, SIOCGIFINDEX, &request), 0);
    int index = request.ifr_ifindex;
    CHECK(index == (int)if_nametoindex("lo"));
    request = named("");
    request.ifr_ifindex = index;
    IS(ioctl(fd, SIOCGIFNAME, &request), 0);
    TEXT(request.ifr_name, "lo");
    IS(ioctl(fd, SIOCGIFFLAGS, &request), 0);
    CHECK((request.ifr_flags & IFF_LOOPBACK) != 0);
    IS(ioctl(fd, SIOCGIFHWADDR, &request), 0);
    IS(request.ifr_hwaddr.sa_family, 772);
    IS(ioctl(fd, SIOCGIFMTU, &request), 0);
    CHECK(request.ifr_mtu > 0);
    IS(ioctl(fd, SIOCGIFMETRIC, &request), 0);
    IS(request.ifr_metric, 0);
    IS(ioctl(fd, SIOCGIFMAP, &request), 0);
    IS(request.ifr_map.irq, 0);
    request = named("no-such-if");
    ERR(ioctl(fd, SIOCGIFINDEX, &request), ENODEV);
    ERR(ioctl(fd, SIOCGIFFLAGS, &request), ENODEV);
    ERR(ioctl(fd, SIOCGIFINDEX, bad_pointer()), EFAULT);
}

static void address(int fd)
{
    struct ifreq request = named("lo");
    if (ioctl(fd, SIOCGIFADDR, &request) != 0) {
        skip("lo has no address");
    }
    struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
    TEXT(inet_ntoa(address->sin_addr), "127.0.0.1");
    IS(ioctl(fd, SIOCGIFNETMASK, &request), 0);
    TEXT(inet_ntoa(address->sin_addr), "255.0.0.0");
}

static void list(int fd)
{
    struct ifreq requests[64];
    struct ifconf all = {.ifc_len = 0};
    all.ifc_buf = NULL;
    IS(ioctl(fd, SIOCGIFCONF, &all), 0); /* how much there would be */
    int whole = all.ifc_len, found = 0;
    CHECK(whole >= (int)sizeof *requests && whole % (int)sizeof *requests == 0);
    all.ifc_len = sizeof requests;
    all.ifc_req = requests;
    IS(ioctl(fd, SIOCGIFCONF, &all), 0);
    CHECK(all.ifc_len == whole && all.ifc_req == requests);
    for (int i = 0; i < all.ifc_len / (int)sizeof *requests; i++) {
        found += strcmp(requests[i].ifr_name, "lo") == 0;
    }
    CHECK(found >= 1);

    memset(requests, 'x', sizeof requests);
    all.ifc_len = sizeof *requests - 1; /* no room for one */
    IS(ioctl(fd, SIOCGIFCONF, &all), 0);
    IS(all.ifc_len, 0);
    IS(requests[0].ifr_name[0], 'x');
    all.ifc_len = sizeof requests;
    all.ifc_buf = bad_pointer();
    ERR(ioctl(fd, SIOCGIFCONF, &all), EFAULT);
    ERR(ioctl(fd, SIOCGIFCONF, bad_pointer()), EFAULT);
    ERR(ioctl(-1, SIOCGIFCONF, bad_pointer()), EBADF);
}

int main(void)
{
    int fd = (int)OK(socket(AF_INET, SOCK_DGRAM, 0)), local = (int)OK(socket(AF_UNIX, SOCK_DGRAM, 0));
    single(fd);
    single(local); /* any socket will do */
    struct ifreq none = named("no-such-if");
    ERR(ioctl(fd, SIOCGIFADDR, &none), ENODEV);
    ERR(ioctl(local, SIOCGIFADDR, &none), ENOTTY);
    address(fd);
    list(fd);

    become_ordinary_user();
    struct ifreq request = named("lo");
    request.ifr_flags = 0;
    ERR(ioctl(fd, SIOCSIFFLAGS, &request), EPERM);
    request.ifr_mtu = 1000;
    ERR(ioctl(fd, SIOCSIFMTU, &request), EPERM);
    return done();
}
