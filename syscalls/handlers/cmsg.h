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

/* The most bytes of control messages in one call; ENOBUFS if there are more.  It is the kernel's own
 * limit by default (net.core.optmem_max), until Linux 6.7 raised it. */
#define CONTROL_MAX 20480

/* Control messages as the kernel reads them, those of several messages one behind the other. */
struct control_buffer {
    uint32_t used; /* bytes */
    _Alignas(8) uint8_t bytes[CONTROL_MAX];
};

/* Sets msg_control and msg_controllen of `message`, to send `size` bytes from the guest.  The
 * kernel reads a copy in *buffer, laid out as it wants it: the guest could change its own after the
 * check.  0 or -errno: EINVAL if a message may not be sent (syscalls/sockopts/control.py), EAGAIN
 * if too little room is left in *buffer. */
int64_t cmsg_in(struct msghdr *message, gaddr_t from, uint32_t size, struct control_buffer *buffer);

/* Copies `size` bytes of ancillary data, which the kernel has stored at `from`, to the guest, with
 * the alignment with which the guest walks.  The new size in bytes; 0 on a bad address. */
uint32_t cmsg_out(gaddr_t to, uint8_t *from, uint32_t size);

#endif
