/* CALLS: socket, setsockopt, getsockopt */
/* Options that hold addresses of 64 bits: what the guest puts there must not be followed. */
#include "check.h"

#include "sockets/address.h"
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/tcp.h>
#include <sched.h>

static uint64_t block[32];

static void refused(int fd, int level, int option)
{
    socklen_t size = sizeof block;
    ERR(setsockopt(fd, level, option, block, sizeof block), ENOPROTOOPT);
    ERR(getsockopt(fd, level, option, block, &size), ENOPROTOOPT);
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

int main(void)
{
    for (int i = 0; i < 32; i++) {
        block[i] = 0x7fff00000000 + (unsigned)i;
    }
    int pair[2];
    tcp_pair(pair);
    refused(pair[0], IPPROTO_IP, 64);   /* IPT_SO_SET_REPLACE */
    refused(pair[0], IPPROTO_IP, 96);   /* ARPT_SO_SET_REPLACE */
    refused(pair[0], IPPROTO_IP, 128);  /* EBT_SO_SET_ENTRIES, EBT_SO_GET_INFO */
    refused(pair[0], IPPROTO_IP, 129);  /* EBT_SO_SET_COUNTERS, EBT_SO_GET_ENTRIES */
    refused(pair[0], IPPROTO_IPV6, 64); /* IP6T_SO_SET_REPLACE */
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
    fanout_of_host();
    return done();
}
