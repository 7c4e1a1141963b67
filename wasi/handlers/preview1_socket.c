/* Functions of sockets, which the process has inherited: the interface makes none.  The entries have
 * checked flags. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* The descriptor of a socket that has the right: 0, for descriptor_release(), or -errno.  Without that
 * to receive or send it is no such socket, as for reading and writing. */
static int64_t get_socket(uint32_t fd, uint64_t right, struct descriptor **socket)
{
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, 0, &descriptor);
    if (result < 0) {
        return result;
    }
    if (descriptor->type != TYPE_SOCKET_STREAM && descriptor->type != TYPE_SOCKET_DATAGRAM) {
        result = -ENOTSOCK;
    } else if (!descriptor_has(descriptor, right)) {
        result = (right & (RIGHT_FD_READ | RIGHT_FD_WRITE)) != 0 ? -EBADF : WASI_ERROR(WASI_NOTCAPABLE);
    }
    if (result < 0) {
        descriptor_release(descriptor);
        return result;
    }
    *socket = descriptor;
    return 0;
}

/* A connection has the rights of the socket that accepted it, though that may be standard input. */
static int64_t accept_connection(const struct descriptor *socket, uint32_t flags)
{
    struct stat st;
    const int kernel_flags = SOCK_CLOEXEC | ((flags & FLAG_NONBLOCK) != 0 ? SOCK_NONBLOCK : 0);
    int64_t fd;
    do {
        fd = KERNEL(accept4, socket->host, NULL, NULL, kernel_flags);
    } while (fd == -EINTR);
    const int64_t result = fd < 0 ? fd : KERNEL(fstat, fd, &st);
    if (result < 0) {
        return result;
    }
    const struct descriptor_plan plan = {
        .host = (int)fd, .base = UINT64_MAX, .lost = socket->lost, .flags = flags & FLAG_NONBLOCK};
    return descriptor_new(&plan, &st);
}

int64_t preview1_sock_accept(uint32_t fd, uint32_t flags, uint32_t connected_fd)
{
    struct descriptor *socket;
    int64_t result =
        (flags & ~(uint32_t)FLAG_NONBLOCK) != 0 ? -EINVAL : get_socket(fd, RIGHT_SOCK_ACCEPT, &socket);
    if (result < 0) {
        return result;
    }
    result = accept_connection(socket, flags);
    descriptor_release(socket);
    if (result < 0) {
        return result;
    }
    const int64_t answered = wasi_answer_32(connected_fd, (uint32_t)result);
    if (answered < 0) {
        descriptor_close((uint32_t)result);
    }
    return answered;
}

/* sendmsg(2) or recvmsg(2); a message has no control part, so it brings no descriptors. */
static int64_t move_message(int64_t number, const struct descriptor *socket, struct wasi_list data, int flags,
                            int *flags_out)
{
    struct iovec vectors[WASI_VECTORS];
    struct msghdr message = {.msg_iov = vectors};
    const int64_t count = descriptor_vectors(socket, vectors, WASI_VECTORS, data);
    int64_t result;
    if (count < 0) {
        return count;
    }
    message.msg_iovlen = (size_t)count;
    do {
        result = KERNEL_NR(number, socket->host, &message, flags);
    } while (result == -EINTR);
    *flags_out = message.msg_flags;
    return result;
}

int64_t preview1_sock_recv(uint32_t fd, struct wasi_list ri_data, uint32_t ri_flags, uint32_t ro_datalen,
                           uint32_t ro_flags)
{
    struct descriptor *socket;
    int received;
    const int flags = ((ri_flags & RECEIVE_PEEK) != 0 ? MSG_PEEK : 0) |
                      ((ri_flags & RECEIVE_WAITALL) != 0 ? MSG_WAITALL : 0);
    int64_t result = get_socket(fd, RIGHT_FD_READ, &socket);
    if (result < 0) {
        return result;
    }
    result = move_message(SYS_recvmsg, socket, ri_data, flags, &received);
    descriptor_release(socket);
    if (result < 0) {
        return result;
    }
    const uint16_t told = (received & MSG_TRUNC) != 0 ? RECEIVED_DATA_TRUNCATED : 0;
    return wasi_copy_out(ro_flags, &told, sizeof told) ? wasi_answer_32(ro_datalen, (uint32_t)result)
                                                       : -EFAULT;
}

int64_t preview1_sock_send(uint32_t fd, struct wasi_list si_data, __attribute__((unused)) uint32_t si_flags,
                           uint32_t so_datalen)
{
    struct descriptor *socket;
    int unused;
    int64_t result = get_socket(fd, RIGHT_FD_WRITE, &socket);
    if (result < 0) {
        return result;
    }
    result = move_message(SYS_sendmsg, socket, si_data, MSG_NOSIGNAL, &unused);
    descriptor_release(socket);
    return result < 0 ? result : wasi_answer_32(so_datalen, (uint32_t)result);
}

int64_t preview1_sock_shutdown(uint32_t fd, uint32_t how)
{
    struct descriptor *socket;
    static const int ways[] = {-1, SHUT_RD, SHUT_WR, SHUT_RDWR}; /* by the bits of sdflags */
    int64_t result = how == 0 ? -EINVAL : get_socket(fd, RIGHT_SOCK_SHUTDOWN, &socket);
    if (result < 0) {
        return result;
    }
    result = KERNEL(shutdown, socket->host, ways[how & (SHUT_RECEIVING | SHUT_SENDING)]);
    descriptor_release(socket);
    return result;
}
