/* CALLS: socket, setsockopt, getsockopt, sendmsg */
/* Options and control messages that hold addresses of 64 bits, or might: what the guest puts there must not
 * be followed. */
#include "check.h"

#include "sockets/address.h"
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/tcp.h>
#include <sched.h>

static uint64_t block[32];

/* The kernel's answers to an option that it does not know: it says EOPNOTSUPP of a level that the socket has
 * not, and may look at the size first. */
static void not_set(int fd, int level, int option)
{
    ERR(setsockopt(fd, level, option, block, sizeof block), ENOPROTOOPT);
}

static void refused(int fd, int level, int option)
{
    socklen_t size = sizeof block;
    not_set(fd, level, option);
    const int result = getsockopt(fd, level, option, block, &size);
    CHECK(result == -1 && (errno == ENOPROTOOPT || errno == EOPNOTSUPP));
}

/* A filter as the host lays it out, at an address that is the kernel's own: EFAULT if it is looked at, EINVAL
 * if the structure is not taken at all.  Only in network namespaces may everybody have such sockets. */
static void fanout_of_host(void)
{
    const struct {
        uint64_t length, filter;
    } of_host = {1, 0xffffffff00000000};
    const int group = PACKET_FANOUT_CBPF << 16 | 1;
    unshare(CLONE_NEWUSER);
    unshare(CLONE_NEWNET);
    const int fd = socket(AF_PACKET, SOCK_RAW, 0x300);
    const bool looks = fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, sizeof group) == 0;
    const int result = setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &of_host, sizeof of_host);
    say("fanout: %s", result != 0 && (!looks || errno == EINVAL) ? "not followed" : "FOLLOWED");
    close(fd);
}

/* Numbers that no table of the runtime has are options that no level has, though a later kernel may know
 * them. */
static void unlisted(void)
{
    const int fd = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    static const struct {
        int level, first, last;
    } ranges[] = {{SOL_SOCKET, 90, 400},  {IPPROTO_IP, 53, 63},
                  {IPPROTO_IP, 100, 199}, {IPPROTO_IPV6, 79, 199},
                  {IPPROTO_TCP, 47, 400}, {IPPROTO_UDP, 105, 400},
                  {SOL_PACKET, 25, 400},  {283, 10, 400},
                  {284, 5, 400},          {288, 0, 400}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (int option = ranges[i].first; option <= ranges[i].last; option++) {
            socklen_t size = sizeof block;
            bool no = setsockopt(fd, ranges[i].level, option, block, size) == -1 && errno == ENOPROTOOPT;
            no = no && getsockopt(fd, ranges[i].level, option, block, &size) == -1;
            if (!no || (errno != ENOPROTOOPT && errno != EOPNOTSUPP)) {
                say("option %d of level %d: PASSED", option, ranges[i].level);
            }
        }
    }
    close(fd);
}

/* What is longer than any kernel's structure of today is cut, or refused as a wrong length: no later kernel
 * finds an address behind it. */
static void longer(void)
{
    const int fd = (int)OK(socket(AF_INET, SOCK_STREAM, 0)), on = 1;
    static uint64_t value[1024];
    memcpy(value, &on, sizeof on);
    IS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, value, sizeof value), 0);
    ERR(setsockopt(fd, SOL_SOCKET, 61, value, sizeof value), EINVAL); /* SO_TXTIME */
    ERR(setsockopt(fd, IPPROTO_IP, IP_OPTIONS, value, sizeof value), EINVAL);
    /* At the end of memory only what the kernel looks at must be there. */
    const socklen_t beyond = 0x10000000;
    IS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, value, beyond), 0);
    close(fd);
}

/* Control messages by which RDS takes addresses (RDS_CMSG_RDMA_ARGS), and those of no list. */
static void control_messages(void)
{
    int pair[2];
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof block)] = {0};
    struct iovec buffer = {"x", 1};
    struct msghdr message = {.msg_iov = &buffer, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_len = CMSG_LEN(sizeof block);
    memcpy(CMSG_DATA(header), block, sizeof block);
    header->cmsg_level = 276;
    header->cmsg_type = 1;
    IS(sendmsg(pair[0], &message, 0), 1); /* of a level that is not the socket's */
    header->cmsg_level = SOL_SOCKET;
    for (int type = 3; type < 200; type++) {
        header->cmsg_type = type; /* too long, if the type is known */
        const ssize_t result = sendmsg(pair[0], &message, 0);
        if (result != -1 || errno != EINVAL) {
            say("type %d: SENT", type);
        }
    }
}

int main(void)
{
    for (int i = 0; i < 32; i++) {
        block[i] = 0x7fff00000000 + (unsigned)i;
    }
    int pair[2];
    tcp_pair(pair);
    not_set(pair[0], IPPROTO_IP, 64);   /* IPT_SO_SET_REPLACE */
    not_set(pair[0], IPPROTO_IP, 96);   /* ARPT_SO_SET_REPLACE */
    refused(pair[0], IPPROTO_IP, 128);  /* EBT_SO_SET_ENTRIES, EBT_SO_GET_INFO */
    refused(pair[0], IPPROTO_IP, 129);  /* EBT_SO_SET_COUNTERS, EBT_SO_GET_ENTRIES */
    not_set(pair[0], IPPROTO_IPV6, 64); /* IP6T_SO_SET_REPLACE */
    refused(pair[0], IPPROTO_TCP, 35);  /* TCP_ZEROCOPY_RECEIVE */
    refused(pair[0], 132, 111);         /* SCTP_SOCKOPT_CONNECTX3 */
    refused(pair[0], 276, 2);           /* RDS_GET_MR */
    refused(pair[0], 283, 4);           /* XDP_UMEM_REG */
    refused(pair[0], 284, 4);           /* MPTCP_FULL_INFO */

    ERR(socket(21, SOCK_SEQPACKET, 0), EAFNOSUPPORT); /* AF_RDS: in its control messages, too */

    /* A filter at the end of memory, and one that reaches beyond. TCP sockets may refuse filters of ordinary
     * users. */
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    struct sock_fprog program = {1, (void *)0xfffffff8};
    ERR(setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), EFAULT);
    program.len = 4096;
    ERR(setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), EFAULT);
    /* SO_GET_FILTER counts instructions of 8 bytes: these would leave the memory. */
    struct sock_filter cut = BPF_STMT(BPF_RET | BPF_K, 100);
    program = (struct sock_fprog){1, &cut};
    OK(setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
    socklen_t count = 0x1fffffff;
    ERR(RAW(SYS_getsockopt, pair[0], SOL_SOCKET, SO_GET_FILTER, (void *)0xfffff000, &count), EFAULT);
    unlisted();
    longer();
    control_messages();
    fanout_of_host();
    return done();
}
