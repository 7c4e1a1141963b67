/* CALLS: ioctl */
/* Routes and ARP entries: structs with a string behind a pointer, and of another shape for IPv6. */
#include "check.h"

#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(void)
{
    static char interface[] = "no-such-if";
    int fd = (int)OK(socket(AF_INET, SOCK_DGRAM, 0)), local = (int)OK(socket(AF_UNIX, SOCK_DGRAM, 0));
    int file = make_file("file", "");
    struct rtentry route;
    struct arpreq arp;
    memset(&route, 0, sizeof route);
    memset(&arp, 0, sizeof arp);
    ERR(ioctl(local, SIOCADDRT, &route), ENOTTY);
    ERR(ioctl(file, SIOCADDRT, &route), ENOTTY);
    ERR(ioctl(-1, SIOCADDRT, &route), EBADF);
    ERR(ioctl(-1, SIOCADDRT, bad_pointer()), EBADF);

    if (geteuid() == 0) {
        ((struct sockaddr_in *)&route.rt_dst)->sin_family = AF_INET;
        ((struct sockaddr_in *)&route.rt_genmask)->sin_family = AF_INET;
        route.rt_flags = RTF_UP;
        route.rt_dev = interface;
        int code = ioctl(fd, SIOCADDRT, &route) == 0 ? 0 : errno;
        if (code != ENODEV && code != EPERM) {
            check_failed(__FILE__, __LINE__, "SIOCADDRT: %s", errno_name(code));
        }
    }
    arp.arp_pa.sa_family = AF_INET;
    ((struct sockaddr_in *)&arp.arp_pa)->sin_addr.s_addr = htonl(0x7f000001);
    strcpy(arp.arp_dev, "lo");
    ERR(ioctl(fd, SIOCGARP, &arp), ENXIO);
    ERR(ioctl(fd, SIOCGARP, bad_pointer()), EFAULT);

    become_ordinary_user();
    ERR(ioctl(fd, SIOCADDRT, &route), EPERM);
    ERR(ioctl(fd, SIOCDELRT, &route), EPERM);
    ERR(ioctl(fd, SIOCADDRT, bad_pointer()), EFAULT);
    return done();
}
