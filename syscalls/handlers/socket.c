/* socket(2), setsockopt(2), getsockopt(2): the values of options are bytes for the kernel, but for
 * values that hold addresses. */
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* RDS takes addresses of memory to read and write in control messages (linux/rds.h, struct
 * rds_rdma_args).  The kernel reads these in guest memory, where another thread could change an
 * address after a check. */
int64_t sys_socket(int32_t domain, uint32_t type, int32_t protocol)
{
    return domain == AF_RDS ? -EAFNOSUPPORT : KERNEL(socket, domain, type, protocol);
}

#define OPTION(level, name) ((uint64_t)(uint32_t)(level) << 32 | (uint32_t)(name))

/* Numbers from headers that cannot be included beside libc's. */
#define IP_TABLES_SET_REPLACE 64    /* IPT_SO_SET_REPLACE, IP6T_SO_SET_REPLACE */
#define ARP_TABLES_SET_REPLACE 96   /* ARPT_SO_SET_REPLACE */
#define BRIDGE_TABLES_FIRST 128     /* EBT_BASE_CTL */
#define BRIDGE_TABLES_LAST 131      /* EBT_SO_GET_INIT_ENTRIES */
#define LEVEL_PACKET 263            /* SOL_PACKET */
#define PACKET_FANOUT_PROGRAM 22    /* PACKET_FANOUT_DATA */
#define LEVEL_SCTP 132              /* SOL_SCTP */
#define SCTP_CONNECT_BY_ADDRESS 111 /* SCTP_SOCKOPT_CONNECTX3 */
#define LEVEL_RDS 276               /* SOL_RDS */
#define RDS_REGION 2                /* RDS_GET_MR */
#define RDS_REGION_FOR_PEER 7       /* RDS_GET_MR_FOR_DEST */
#define LEVEL_MPTCP 284             /* SOL_MPTCP */
#define MPTCP_ALL_SUBFLOWS 4        /* MPTCP_FULL_INFO */
#define LEVEL_XDP 283               /* SOL_XDP */
#define XDP_FRAMES 4                /* XDP_UMEM_REG */

/* Options in whose value the kernel follows a 64-bit address, which could be any address of the
 * host.  They are for administration or special hardware.  The guest gets the answer of a kernel
 * without them. */
static bool holds_addresses(int32_t level, int32_t option)
{
    if (level == IPPROTO_IP && option >= BRIDGE_TABLES_FIRST && option <= BRIDGE_TABLES_LAST) {
        return true;
    }
    switch (OPTION(level, option)) {
    case OPTION(IPPROTO_IP, IP_TABLES_SET_REPLACE):
    case OPTION(IPPROTO_IP, ARP_TABLES_SET_REPLACE):
    case OPTION(IPPROTO_IPV6, IP_TABLES_SET_REPLACE):
    case OPTION(IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE):
    case OPTION(LEVEL_SCTP, SCTP_CONNECT_BY_ADDRESS):
    case OPTION(LEVEL_RDS, RDS_REGION):
    case OPTION(LEVEL_RDS, RDS_REGION_FOR_PEER):
    case OPTION(LEVEL_XDP, XDP_FRAMES):
    case OPTION(LEVEL_MPTCP, MPTCP_ALL_SUBFLOWS):
        return true;
    default:
        return false;
    }
}

/* Options whose value is a struct sock_fprog (socket(7), packet(7)).  PACKET_FANOUT_DATA also takes
 * the descriptor of a BPF program.  Any other size is taken for the guest's struct, because the
 * kernel would follow the address in its own. */
static bool is_filter(int32_t level, int32_t option, int32_t size)
{
    switch (OPTION(level, option)) {
    case OPTION(SOL_SOCKET, SO_ATTACH_FILTER):
    case OPTION(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF):
        return true;
    case OPTION(LEVEL_PACKET, PACKET_FANOUT_PROGRAM):
        return size != sizeof(int32_t);
    default:
        return false;
    }
}

static int64_t set_filter(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    if (size != sizeof(struct wali_sock_fprog)) { /* the kernel takes its own size only */
        return KERNEL(setsockopt, fd, level, option, NOWHERE, 0);
    }
    struct wali_sock_fprog given;
    if (!copy_in(&given, value, sizeof given)) {
        return KERNEL(setsockopt, fd, level, option, NOWHERE, sizeof(struct sock_fprog));
    }
    struct sock_fprog program = {
        .len = given.len,
        .filter = host_pointer(gaddr(given.filter), given.len * sizeof(struct sock_filter)),
    };
    return KERNEL(setsockopt, fd, level, option, &program, sizeof program);
}

int64_t sys_setsockopt(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    if (is_filter(level, option, size)) {
        return set_filter(fd, level, option, value, size);
    }
    if (holds_addresses(level, option)) {
        return -ENOPROTOOPT;
    }
    void *host = host_pointer(value, size > 0 ? (uint64_t)size : 0);
    return KERNEL(setsockopt, fd, level, option, host, size);
}

/* The most bytes that the kernel stores for this size. */
static uint64_t option_room(int32_t level, int32_t option, int32_t size)
{
    if (size <= 0) {
        return 0;
    }
    /* SO_GET_FILTER counts instructions (socket(7)). */
    bool instructions = OPTION(level, option) == OPTION(SOL_SOCKET, SO_GET_FILTER);
    return (uint64_t)size * (instructions ? sizeof(struct sock_filter) : 1);
}

int64_t sys_getsockopt(int32_t fd, int32_t level, int32_t option, gaddr_t value, gaddr_t size_at)
{
    if (holds_addresses(level, option)) {
        return -ENOPROTOOPT;
    }
    int32_t size;
    if (!copy_in(&size, size_at, sizeof size)) {
        return KERNEL(getsockopt, fd, level, option, NOWHERE, NOWHERE);
    }
    /* The kernel reads this copy of the size, because the guest could change its own after the
     * check. */
    int32_t given = size;
    void *host = host_pointer(value, option_room(level, option, size));
    int64_t result = KERNEL(getsockopt, fd, level, option, host, &size);
    if (size != given && !copy_out(size_at, &size, sizeof size)) {
        return -EFAULT;
    }
    return result;
}
