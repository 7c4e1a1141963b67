/* ioctl(2) requests whose struct holds an address.  The guest's struct differs from the kernel's,
 * and the address is a guest address. */
#define _GNU_SOURCE

#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/fsverity.h>
#include <linux/serial.h>
#include <net/if.h>
#include <net/route.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* The kernel's answer to an argument that cannot be read: EFAULT, unless something else is wrong as
 * well. */
static int64_t unreadable(int32_t fd, uint32_t request)
{
    return KERNEL(ioctl, fd, request, NOWHERE);
}

/* SIOCGIFCONF (netdevice(7)).  The array has one layout on both sides. */
int64_t ioctl_ifconf(int32_t fd, uint32_t request, gaddr_t arg)
{
    struct {
        int32_t length;
        gaddr_t buffer;
    } guest;
    if (!copy_in(&guest, arg, sizeof guest)) {
        return unreadable(fd, request);
    }
    struct ifconf host = {.ifc_len = guest.length};
    host.ifc_buf = host_pointer(guest.buffer, guest.length > 0 ? (uint32_t)guest.length : 0);
    int64_t result = KERNEL(ioctl, fd, request, &host);
    if (result < 0) {
        return result;
    }
    return copy_out(arg, &host.ifc_len, sizeof host.ifc_len) ? result : -EFAULT;
}

/* musl's struct rtentry, with a 64-bit long and a 32-bit pointer. */
struct guest_rtentry {
    uint64_t pad1;
    struct sockaddr destination, gateway, mask;
    uint16_t flags, pad2;
    uint64_t pad3;
    uint8_t tos, class, pad4[6];
    int16_t metric;
    gaddr_t device;
    uint64_t mtu, window;
    uint16_t irtt;
};
_Static_assert(sizeof(struct guest_rtentry) == 112, "as the guest's compiler lays it out");

static int64_t route_ipv4(int32_t fd, uint32_t request, gaddr_t arg)
{
    struct guest_rtentry guest;
    if (!copy_in(&guest, arg, sizeof guest)) {
        return unreadable(fd, request);
    }
    struct rtentry host = {
        .rt_dst = guest.destination,
        .rt_gateway = guest.gateway,
        .rt_genmask = guest.mask,
        .rt_flags = guest.flags,
        .rt_metric = guest.metric,
        .rt_dev = host_pointer(guest.device, 1),
        .rt_mtu = guest.mtu,
        .rt_window = guest.window,
        .rt_irtt = guest.irtt,
    };
    return KERNEL(ioctl, fd, request, &host);
}

/* The address family of a socket, or -errno. */
static int64_t family_of(int32_t fd)
{
    int domain = AF_UNSPEC;
    socklen_t length = sizeof domain;
    int64_t result = KERNEL(getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    return result < 0 ? (result == -ENOTSOCK ? -ENOTTY : result) : domain;
}

/* SIOCUNIXFILE takes no argument.  Other address families use the number for requests whose
 * argument is an address. */
int64_t ioctl_unix_file(int32_t fd, uint32_t request, gaddr_t arg)
{
    (void)arg;
    int64_t family = family_of(fd);
    return family == AF_UNIX ? KERNEL(ioctl, fd, request, 0) : family < 0 ? family : -ENOTTY;
}

/* SIOCADDRT, SIOCDELRT.  The socket's family says which struct: IPv6 has struct in6_rtmsg, of 80
 * bytes and without an address. */
int64_t ioctl_route(int32_t fd, uint32_t request, gaddr_t arg)
{
    int64_t family = family_of(fd);
    switch (family) {
    case AF_INET:
        return route_ipv4(fd, request, arg);
    case AF_INET6:
        return KERNEL(ioctl, fd, request, host_pointer(arg, 80));
    default:
        return family < 0 ? family : -ENOTTY;
    }
}

/* struct serial_struct of the guest, the kernel's up to iomem_base.  That is the address of a
 * device, which the kernel never follows. */
struct guest_serial {
    uint8_t same[offsetof(struct serial_struct, iomem_base) - 4];
    uint32_t iomem_base;
    uint16_t iomem_reg_shift;
    uint32_t port_high;
    uint64_t iomap_base;
};
_Static_assert(sizeof(struct guest_serial) == 64, "as the guest's compiler lays it out");
_Static_assert(offsetof(struct guest_serial, iomem_base) == 44, "as the guest's compiler lays it out");

static int64_t serial_get(int32_t fd, gaddr_t arg)
{
    /* Files of other kinds know the request as another, and may answer without writing anything. */
    struct serial_struct host = {0};
    int64_t result = KERNEL(ioctl, fd, TIOCGSERIAL, &host);
    if (result < 0) {
        return result;
    }
    struct guest_serial guest = {
        .iomem_base = (uint32_t)(uintptr_t)host.iomem_base,
        .iomem_reg_shift = host.iomem_reg_shift,
        .port_high = host.port_high,
        .iomap_base = host.iomap_base,
    };
    memcpy(guest.same, &host, sizeof guest.same);
    return copy_out(arg, &guest, sizeof guest) ? result : -EFAULT;
}

/* TIOCGSERIAL, TIOCSSERIAL (ioctl_tty(2)). */
int64_t ioctl_serial(int32_t fd, uint32_t request, gaddr_t arg)
{
    if (request == TIOCGSERIAL) {
        return serial_get(fd, arg);
    }
    struct guest_serial guest;
    if (!copy_in(&guest, arg, sizeof guest)) {
        return unreadable(fd, request);
    }
    struct serial_struct host = {
        .iomem_base = (unsigned char *)(uintptr_t)guest.iomem_base,
        .iomem_reg_shift = guest.iomem_reg_shift,
        .port_high = guest.port_high,
        .iomap_base = guest.iomap_base,
    };
    memcpy(&host, guest.same, sizeof guest.same);
    return KERNEL(ioctl, fd, request, &host);
}

/* FS_IOC_ENABLE_VERITY: the struct has the addresses of salt and signature. */
int64_t ioctl_enable_verity(int32_t fd, uint32_t request, gaddr_t arg)
{
    struct fsverity_enable_arg enable;
    if (!copy_in(&enable, arg, sizeof enable)) {
        return unreadable(fd, request);
    }
    enable.salt_ptr = (uintptr_t)wide_host_pointer(enable.salt_ptr, enable.salt_size);
    enable.sig_ptr = (uintptr_t)wide_host_pointer(enable.sig_ptr, enable.sig_size);
    return KERNEL(ioctl, fd, request, &enable);
}
