/* Ancillary data (cmsg(3)).
 *
 * struct cmsghdr is 16 bytes on both sides.  In the guest its length is a 32-bit
 * socklen_t and a pad where the kernel has one 64-bit size_t.  The kernel aligns
 * each message to 8 bytes.  What aligns it in the guest is musl's CMSG_NXTHDR,
 * which steps by sizeof(long) = 8 and so agrees; but CMSG_SPACE, and programs
 * that step for themselves (Rust's libc), align to sizeof(size_t) = 4, and in our
 * own SDK to 8. */
#ifndef WALI_CMSG_H
#define WALI_CMSG_H

#include "abi/guest.h"

#include <sys/socket.h>

/* Ancillary data that must be laid out afresh may not be longer than this
 * (ENOBUFS); what the kernel can read where it is has the kernel's limit. */
#define CMSG_RELAID_MAX 4096

struct relaid {
    bool used;
    _Alignas(8) uint8_t bytes[CMSG_RELAID_MAX];
};

/* Sets message's control and controllen for sending size bytes at from, which
 * the kernel then reads in the guest, or in *relaid if they had to be laid out
 * afresh.  0 or -errno. */
int64_t cmsg_in(struct msghdr *message, gaddr_t from, uint32_t size, struct relaid *relaid);

/* After the kernel stored size bytes of ancillary data at `at`: lays them out as
 * the guest walks them, and returns the new size. */
uint32_t cmsg_out(gaddr_t at, uint32_t size);

#endif
