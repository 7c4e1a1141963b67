/* Ancillary data (cmsg(3)), between the guest's layout and the kernel's.
 *
 * struct cmsghdr has 16 bytes on both sides.  In the guest its length is a 32-bit socklen_t and a
 * pad, in the kernel a 64-bit size_t.  The kernel aligns each message to 8 bytes.  musl's
 * CMSG_NXTHDR steps by sizeof(long), which is 8 in the guest too.  musl's CMSG_SPACE, and programs
 * that step for themselves (Rust's libc), align to sizeof(size_t), which is 4 in the guest.  The
 * SDK's CMSG_SPACE aligns to 8. */
#ifndef WALI_CMSG_H
#define WALI_CMSG_H

#include "abi/guest.h"

#include <sys/socket.h>

/* The most bytes of ancillary data that can be repacked; ENOBUFS if there are more.  Data that the
 * kernel can read in place has the kernel's limit only. */
#define CMSG_REPACKED_MAX 4096

struct repacked {
    bool used;
    _Alignas(8) uint8_t bytes[CMSG_REPACKED_MAX];
};

/* Sets msg_control and msg_controllen of `message`, to send `size` bytes from the guest.  The
 * kernel reads the data in place, or in *repacked if the guest's layout is not the kernel's.  0 or
 * -errno. */
int64_t cmsg_in(struct msghdr *message, gaddr_t from, uint32_t size, struct repacked *repacked);

/* Moves `size` bytes of ancillary data, which the kernel has stored at `at`, to the alignment with
 * which the guest walks.  The new size in bytes. */
uint32_t cmsg_out(gaddr_t at, uint32_t size);

#endif
