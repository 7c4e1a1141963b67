/* CALLS: socket, setsockopt, getsockopt */
/* Options that hold addresses of 64 bits: what the guest puts there must not be followed. */
#include "check.h"

#include "sockets/address.h"
#include <linux/filter.h>
#include <netinet/tcp.h>

static uint64_t block[32];

static void refused(int fd, int level, int option)
{
    socklen_t size = sizeof block;
    ERR(setsockopt(fd, level, option, block, sizeof block), ENOPROTOOPT);
    ERR(getsockopt(fd, level, option, block, &size), ENOPROTOOPT);
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
    return done();
}
