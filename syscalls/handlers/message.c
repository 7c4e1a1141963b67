/* sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2). */
#define _GNU_SOURCE
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/cmsg.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/receive.h"
#include "wali/native/base/kernel.h"

#include <limits.h>
#include <sys/uio.h>
#include <time.h>

/* The most messages that one call of the kernel takes.  A longer vector takes several calls. */
#define BATCH 32

/* The longest address that the kernel reads or writes, in bytes. */
#define NAME_MAX_SIZE UINT32_C(128)

/* Buffers for the messages of one call. */
struct message_buffers {
    struct control_buffer control;
    uint32_t used; /* elements of iov */
    struct iovec iov[UIO_MAXIOV];
    struct received_control received;
};

/* Copies the message's iovecs, with host addresses.  0, or -errno as the kernel's import_iovec().
 * -EAGAIN if the space left is too small. */
static int64_t iovecs_in(struct msghdr *host, const struct wali_msghdr *given,
                         struct message_buffers *buffers)
{
    uint32_t count = (uint32_t)given->msg_iovlen;
    if (count > UIO_MAXIOV) {
        return -EMSGSIZE;
    }
    if (count > UIO_MAXIOV - buffers->used) {
        return -EAGAIN;
    }
    struct iovec *iov = buffers->iov + buffers->used;
    for (uint32_t i = 0; i < count; i++) {
        struct wali_iovec buffer;
        if (!copy_in(&buffer, gaddr_add(gaddr(given->msg_iov), i * (uint32_t)sizeof buffer), sizeof buffer)) {
            return -EFAULT;
        }
        if (buffer.iov_len > INT_MAX) { /* more than ssize_t: readv(2) */
            return -EINVAL;
        }
        iov[i].iov_base = host_pointer(gaddr(buffer.iov_base), buffer.iov_len);
        iov[i].iov_len = buffer.iov_len;
    }
    buffers->used += count;
    host->msg_iov = iov;
    host->msg_iovlen = count;
    return 0;
}

static int64_t name_and_iovecs_in(struct msghdr *host, const struct wali_msghdr *given,
                                  struct message_buffers *buffers)
{
    uint32_t length = given->msg_namelen;
    if (length > INT_MAX) {
        return -EINVAL;
    }
    host->msg_name = host_pointer(gaddr(given->msg_name), length < NAME_MAX_SIZE ? length : NAME_MAX_SIZE);
    host->msg_namelen = length;
    host->msg_flags = 0;
    return iovecs_in(host, given, buffers);
}

static int64_t message_to_send(struct msghdr *host, const struct wali_msghdr *given,
                               struct message_buffers *buffers)
{
    int64_t result = name_and_iovecs_in(host, given, buffers);
    return result < 0 ? result
                      : cmsg_in(host, gaddr(given->msg_control), given->msg_controllen, &buffers->control);
}

static int64_t message_to_receive(struct msghdr *host, const struct wali_msghdr *given,
                                  struct message_buffers *buffers)
{
    const int64_t result = name_and_iovecs_in(host, given, buffers);
    return result < 0 ? result
                      : control_to_receive(host, gaddr(given->msg_control), given->msg_controllen,
                                           &buffers->received);
}

/* Copies what the kernel stored in the header to the guest's header. */
static void received(struct wali_msghdr *given, struct msghdr *host)
{
    given->msg_namelen = host->msg_namelen;
    given->msg_controllen = control_to_guest(gaddr(given->msg_control), host);
    given->msg_flags = host->msg_flags;
}

/* The error of a bad message, unless the descriptor is not a socket: the kernel looks at that
 * first. */
static int64_t socket_error(int32_t fd, int64_t otherwise)
{
    int type;
    socklen_t size = sizeof type;
    int64_t result = KERNEL(getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size);
    return result < 0 ? result : otherwise;
}

typedef int64_t message_reader(struct msghdr *host, const struct wali_msghdr *given,
                               struct message_buffers *buffers);

/* A message, copied to host memory. */
struct message {
    struct wali_msghdr given;
    struct msghdr host;
    struct message_buffers buffers;
};

/* Copies the message; 0 or -errno. */
static int64_t message_in(struct message *message, int32_t fd, gaddr_t from, message_reader *read_message)
{
    message->buffers.used = 0;
    message->buffers.control.used = 0;
    message->buffers.received.used = 0;
    int64_t result = copy_in(&message->given, from, sizeof message->given)
                         ? read_message(&message->host, &message->given, &message->buffers)
                         : -EFAULT;
    return result < 0 ? socket_error(fd, result) : 0;
}

int64_t sys_sendmsg(int32_t fd, gaddr_t from, uint32_t flags)
{
    struct message message;
    int64_t result = message_in(&message, fd, from, message_to_send);
    return result < 0 ? result : KERNEL_WAIT(sendmsg, fd, &message.host, flags);
}

int64_t sys_recvmsg(int32_t fd, gaddr_t to, uint32_t flags)
{
    struct message message;
    int64_t result = message_in(&message, fd, to, message_to_receive);
    if (result < 0) {
        return result;
    }
    result = receive_message(fd, &message.host, flags);
    if (result < 0) {
        return result;
    }
    received(&message.given, &message.host);
    return copy_out(to, &message.given, sizeof message.given) ? result : -EFAULT;
}

/* Messages of a vector, copied to host memory. */
struct batch {
    uint32_t count;
    struct wali_mmsghdr given[BATCH];
    struct mmsghdr host[BATCH];
    struct message_buffers buffers;
};

/* The struct msghdr at the beginning of a struct mmsghdr, in the guest as in the kernel. */
static struct wali_msghdr *header_of(struct wali_mmsghdr *message)
{
    _Static_assert(offsetof(struct wali_mmsghdr, msg_len) == sizeof(struct wali_msghdr),
                   "msg_len comes next");
    return (struct wali_msghdr *)message;
}

static gaddr_t element(gaddr_t vector, uint32_t index)
{
    return gaddr_add(vector, index * (uint32_t)sizeof(struct wali_mmsghdr));
}

/* Copies as many of `count` messages as there is room for.  0, or the first message's error.  The
 * next batch meets the error of a later message. */
static int64_t batch_in(struct batch *batch, gaddr_t vector, uint32_t count, message_reader *read_message)
{
    batch->count = 0;
    batch->buffers.used = 0;
    batch->buffers.control.used = 0;
    batch->buffers.received.used = 0;
    while (batch->count < count && batch->count < BATCH) {
        struct wali_mmsghdr *given = &batch->given[batch->count];
        struct mmsghdr *host = &batch->host[batch->count];
        int64_t result = copy_in(given, element(vector, batch->count), sizeof *given)
                             ? read_message(&host->msg_hdr, header_of(given), &batch->buffers)
                             : -EFAULT;
        if (result < 0) {
            return batch->count > 0 ? 0 : result;
        }
        host->msg_len = 0;
        batch->count++;
    }
    return 0;
}

int64_t sys_sendmmsg(int32_t fd, gaddr_t vector, uint32_t count, uint32_t flags)
{
    struct batch batch;
    uint32_t total = count < UIO_MAXIOV ? count : UIO_MAXIOV;
    uint32_t sent = 0;
    int64_t result;
    do {
        gaddr_t rest = element(vector, sent);
        result = batch_in(&batch, rest, total - sent, message_to_send);
        if (result < 0) {
            result = socket_error(fd, result);
            break;
        }
        result = KERNEL_WAIT(sendmmsg, fd, batch.host, batch.count, flags);
        for (uint32_t i = 0; i < result; i++) {
            gaddr_t length = gaddr_add(element(rest, i), offsetof(struct wali_mmsghdr, msg_len));
            if (!copy_out(length, &batch.host[i].msg_len, sizeof batch.host[i].msg_len)) {
                return sent + i > 0 ? (int64_t)sent + i : -EFAULT;
            }
        }
        sent += result > 0 ? (uint32_t)result : 0;
    } while (result == batch.count && sent < total);
    return sent > 0 ? sent : result;
}

/* Copies the received messages to the guest.  Their number; -EFAULT if the first one fails. */
static int64_t batch_out(struct batch *batch, gaddr_t vector, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        received(header_of(&batch->given[i]), &batch->host[i].msg_hdr);
        batch->given[i].msg_len = batch->host[i].msg_len;
        if (!copy_out(element(vector, i), &batch->given[i], sizeof batch->given[i])) {
            return i > 0 ? (int64_t)i : -EFAULT;
        }
    }
    return count;
}

/* recvmmsg(2) of a batch.  What may bring descriptors among threads is received one by one, and only
 * the first is waited for. */
static int64_t receive_batch(int32_t fd, struct batch *batch, uint32_t flags, struct timespec *timeout)
{
    bool one_by_one = false;
    for (uint32_t i = 0; i < batch->count; i++) {
        one_by_one = one_by_one || needs_receive_message(&batch->host[i].msg_hdr);
    }
    if (!one_by_one) {
        const int64_t count = KERNEL_WAIT(recvmmsg, fd, batch->host, batch->count, flags, timeout);
        for (int64_t i = 0; i < count; i++) {
            control_check(&batch->host[i].msg_hdr);
        }
        return count;
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t rest = i == 0 ? flags : flags | MSG_DONTWAIT;
        const int64_t result = receive_message(fd, &batch->host[i].msg_hdr, rest & ~(uint32_t)MSG_WAITFORONE);
        if (result < 0) {
            return i > 0 ? (int64_t)i : result;
        }
        batch->host[i].msg_len = (uint32_t)result;
    }
    return batch->count;
}

/* Receives a vector's messages, batch by batch; *timeout counts down.  An error after the first
 * batch is lost, where the kernel keeps it for the next call (recvmmsg(2)). */
static int64_t receive_all(int32_t fd, gaddr_t vector, uint32_t total, uint32_t flags,
                           struct timespec *timeout)
{
    struct batch batch;
    uint32_t done = 0;
    int64_t result = 0;
    do {
        gaddr_t rest = element(vector, done);
        result = batch_in(&batch, rest, total - done, message_to_receive);
        if (result < 0) {
            result = socket_error(fd, result);
            break;
        }
        result = receive_batch(fd, &batch, flags, timeout);
        if (result > 0) {
            result = batch_out(&batch, rest, (uint32_t)result);
        }
        done += result > 0 ? (uint32_t)result : 0;
        if (result < batch.count || (timeout != NULL && timeout->tv_sec == 0 && timeout->tv_nsec == 0)) {
            break;
        }
        flags |= flags & MSG_WAITFORONE ? MSG_DONTWAIT : 0;
    } while (done < total);
    return done > 0 ? done : result;
}

int64_t sys_recvmmsg(int32_t fd, gaddr_t vector, uint32_t count, uint32_t flags, gaddr_t timeout)
{
    struct timespec left;
    if (timeout.v != 0 && !copy_in(&left, timeout, sizeof left)) {
        return -EFAULT;
    }
    int64_t result = receive_all(fd, vector, count, flags, timeout.v != 0 ? &left : NULL);
    if (result > 0 && timeout.v != 0 && !copy_out(timeout, &left, sizeof left)) {
        return -EFAULT;
    }
    return result;
}
