/* Socket options whose value holds an address, or control messages.  The guest's struct differs
 * from the kernel's, and the address is a guest address. */
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/cmsg.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/filter.h>
#include <sys/socket.h>

/* A struct sock_fprog (socket(7)).  Any other size, that of the kernel's own struct too, is none:
 * the kernel would follow the address in that as it is. */
int64_t option_filter(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    if (size != sizeof(struct wali_sock_fprog)) { /* the kernel takes its own size only */
        return KERNEL(setsockopt, fd, level, option, NOWHERE, size < 0 ? size : 0);
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

/* PACKET_FANOUT_DATA (packet(7)): the descriptor of a BPF program, or a struct sock_fprog. */
int64_t option_fanout_data(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    if (size != sizeof(int32_t)) {
        return option_filter(fd, level, option, value, size);
    }
    return KERNEL(setsockopt, fd, level, option, host_pointer(value, sizeof(int32_t)), size);
}

/* SO_GET_FILTER counts instructions, not bytes (socket(7)). */
int64_t option_filter_got(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t *size)
{
    uint64_t room = *size > 0 ? (uint64_t)*size * sizeof(struct sock_filter) : 0;
    return KERNEL(getsockopt, fd, level, option, host_pointer(value, room), size);
}

/* Control messages in the value, to be sent with each packet: IPV6_2292PKTOPTIONS. */
int64_t option_control(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t size)
{
    struct msghdr message;
    struct control_buffer buffer;
    buffer.used = 0;
    if (size <= 0) {
        return KERNEL(setsockopt, fd, level, option, host_pointer(value, 0), size);
    }
    int64_t result = cmsg_in(&message, value, (uint32_t)size, &buffer);
    if (result < 0) {
        /* As the kernel, which looks at the descriptor first, and takes no more than 64 KiB. */
        int64_t first = KERNEL(setsockopt, fd, level, option, NOWHERE, size);
        return first != -EFAULT ? first : size > 0x10000 ? -EINVAL : result;
    }
    return KERNEL(setsockopt, fd, level, option, message.msg_control, (int32_t)message.msg_controllen);
}

/* Control messages that came with the last packets: IP_PKTOPTIONS, IPV6_2292PKTOPTIONS. */
int64_t option_control_got(int32_t fd, int32_t level, int32_t option, gaddr_t value, int32_t *size)
{
    struct control_buffer buffer;
    const int32_t most = (int32_t)sizeof buffer.bytes;
    int32_t told = *size < most ? *size : most;
    const int64_t result = KERNEL(getsockopt, fd, level, option, buffer.bytes, &told);
    if (result < 0) {
        return result;
    }
    if (told > 0) {
        told = (int32_t)cmsg_out(value, buffer.bytes, (uint32_t)told);
        if (told == 0) {
            return -EFAULT;
        }
    }
    *size = told;
    return 0;
}
