/* The kernel puts received descriptors into the table, where other threads of the guest have them
 * at once.  While there are several threads, a helper with a table of its own receives what may
 * bring descriptors, and hands over those that the guest may have (open_apart.h).  Only Unix
 * sockets bring any.
 *
 * A helper must not wait, because what it has received is lost if it is ended.  So nothing waits for
 * a message but a look without room for descriptors (MSG_PEEK), and then the message is taken if it
 * is still there. */
#define _GNU_SOURCE
#include "syscalls/handlers/receive.h"

#include "syscalls/handlers/cmsg.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/open_apart.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/files/refused.h"
#include "wali/native/thread/fd_use.h"
#include "wali/native/thread/thread.h"

#include <poll.h>
#include <string.h>

#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

#define SMALLEST_RIGHTS CMSG_LEN(sizeof(int))
#define KERNEL_STEP UINT32_C(8)

int64_t control_to_receive(struct msghdr *message, gaddr_t to, uint32_t size, struct received_control *room)
{
    message->msg_control = host_pointer(to, size);
    message->msg_controllen = size;
    if (to.v == 0 || size == 0 || message->msg_control == NOWHERE) {
        return 0;
    }
    const uint32_t left = RECEIVED_MAX - room->used;
    if (size > left && room->used > 0) {
        return -EAGAIN;
    }
    const uint32_t taken = size < left ? size : left;
    message->msg_control = room->bytes + room->used;
    message->msg_controllen = taken;
    room->used += taken < left ? (taken + KERNEL_STEP - 1) & ~(KERNEL_STEP - 1) : left;
    return 0;
}

static bool brings_descriptors(const struct cmsghdr *control)
{
    return control->cmsg_level == SOL_SOCKET &&
           (control->cmsg_type == SCM_RIGHTS || control->cmsg_type == SCM_PIDFD);
}

static size_t count_of(const struct cmsghdr *control)
{
    return (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

static int descriptor_of(const struct cmsghdr *control, size_t index)
{
    int fd;
    memcpy(&fd, CMSG_DATA(control) + index * sizeof fd, sizeof fd);
    return fd;
}

/* Leaves `count` descriptors in a control message, and none of those if it is 0. */
static void cut(struct msghdr *message, struct cmsghdr *control, size_t count)
{
    uint8_t *const end = (uint8_t *)message->msg_control + message->msg_controllen;
    const struct cmsghdr *const next = CMSG_NXTHDR(message, control);
    const size_t length = count == 0 ? 0 : CMSG_ALIGN(CMSG_LEN(count * sizeof(int)));
    uint8_t *const to = (uint8_t *)control + length;
    if (count > 0) {
        control->cmsg_len = CMSG_LEN(count * sizeof(int));
    }
    message->msg_flags |= MSG_CTRUNC;
    if (next != NULL) {
        const size_t rest = (size_t)(end - (const uint8_t *)next);
        memmove(to, next, rest);
        message->msg_controllen = (size_t)(to + rest - (uint8_t *)message->msg_control);
    } else if (to < end) {
        message->msg_controllen = (size_t)(to - (uint8_t *)message->msg_control);
    }
}

/* How many descriptors stand before the first that the guest may not have. */
static size_t granted_of(const struct cmsghdr *control)
{
    const size_t count = count_of(control);
    size_t granted = 0;
    while (granted < count && !is_refused_foreign(descriptor_of(control, granted))) {
        granted++;
    }
    return granted;
}

/* The control message with descriptors to look at: there is one at most.  NULL if there is none. */
static struct cmsghdr *rights_of(struct msghdr *message)
{
    struct cmsghdr *control = message->msg_control == NOWHERE ? NULL : CMSG_FIRSTHDR(message);
    while (control != NULL && (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)) {
        control = CMSG_NXTHDR(message, control);
    }
    return control;
}

void control_check(struct msghdr *message)
{
    struct cmsghdr *const rights = rights_of(message);
    const size_t granted = rights == NULL ? 0 : granted_of(rights);
    if (rights == NULL || granted == count_of(rights)) {
        return;
    }
    for (size_t i = granted; i < count_of(rights); i++) {
        fd_close(descriptor_of(rights, i));
    }
    cut(message, rights, granted);
}

/* What a helper receives. */
struct receiving {
    int32_t fd;
    struct msghdr *message;
    uint32_t flags;
    struct handed *handed;
};

/* Runs in the helper.  Whatever is not handed over goes with the helper's table. */
static int64_t receive_apart(const void *given, int unused)
{
    (void)unused;
    const struct receiving *const receiving = given;
    struct msghdr *const message = receiving->message;
    struct handed *const handed = receiving->handed;
    const int64_t result = KERNEL(recvmsg, receiving->fd, message, receiving->flags | MSG_DONTWAIT);
    if (result < 0 || message->msg_control == NOWHERE) {
        return result;
    }
    struct cmsghdr *const rights = rights_of(message);
    if (rights != NULL) {
        const size_t granted = granted_of(rights);
        if (granted < count_of(rights)) {
            cut(message, rights, granted);
        }
    }
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control != NULL;
         control = CMSG_NXTHDR(message, control)) {
        for (size_t i = 0; brings_descriptors(control) && i < count_of(control); i++) {
            if (handed->count < MOST_HANDED) {
                handed->fds[handed->count] = descriptor_of(control, i);
            }
            handed->count += handed->count < MOST_HANDED;
        }
    }
    return result;
}

/* Puts the process's own numbers in the place of the helper's. */
static void renumber(struct msghdr *message, const struct handed *handed)
{
    static const int none = -1;
    size_t used = 0;
    if (message->msg_control == NOWHERE) {
        return;
    }
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control != NULL;
         control = CMSG_NXTHDR(message, control)) {
        const size_t count = brings_descriptors(control) ? count_of(control) : 0;
        const size_t left = handed->count - used;
        for (size_t i = 0; i < count; i++) {
            memcpy(CMSG_DATA(control) + i * sizeof none, i < left ? &handed->fds[used + i] : &none,
                   sizeof none);
        }
        used += count < left ? count : left;
    }
    struct cmsghdr *const rights = rights_of(message);
    size_t known = 0;
    while (rights != NULL && known < count_of(rights) && descriptor_of(rights, known) >= 0) {
        known++;
    }
    if (rights != NULL && known < count_of(rights)) { /* no room for more in the process's table */
        cut(message, rights, known);
    }
}

/* Receives where no helper can be had: what control messages there are is lost, as descriptors are
 * natively for which the process has no room. */
static int64_t receive_without(int32_t fd, struct msghdr *message, uint32_t flags)
{
    message->msg_control = NULL;
    message->msg_controllen = 0;
    return KERNEL(recvmsg, fd, message, flags | MSG_DONTWAIT);
}

static int64_t receive_in_helper(int32_t fd, struct msghdr *message, uint32_t flags)
{
    struct handed handed;
    struct receiving receiving = {fd, message, flags, &handed};
    const struct opening opening = {receive_apart, &receiving, (flags & MSG_CMSG_CLOEXEC) != 0, true,
                                    &handed};
    handed.count = 0;
    const int64_t result = open_apart(&opening);
    if (result == -EMFILE || result == -ENFILE || result == -ENOMEM) {
        return receive_without(fd, message, flags);
    }
    if (result >= 0) {
        renumber(message, &handed);
    }
    return result;
}

/* recvmsg(2) without waiting, among threads.  The descriptor is pinned from the look at its family
 * to the call. */
static int64_t receive_now(int32_t fd, struct msghdr *message, uint32_t flags)
{
    int family = AF_UNIX;
    socklen_t size = sizeof family;
    struct pin *const pin = fd_pin(fd);
    int64_t result = pin == NULL ? 0 : KERNEL(getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &family, &size);
    if (result == 0 && family != AF_UNIX) {
        result = KERNEL(recvmsg, fd, message, flags | MSG_DONTWAIT);
    }
    if (pin != NULL) {
        pin_remove(pin);
    }
    return result == 0 && family == AF_UNIX ? receive_in_helper(fd, message, flags) : result;
}

/* Waits for a message as recvmsg(2) does.  Kinds of sockets that know no MSG_PEEK may come back at
 * once: then it waits by poll(2). */
static int64_t await_message(int32_t fd, uint32_t flags, bool again)
{
    struct msghdr nothing = {0};
    struct pollfd readable = {fd, POLLIN, 0};
    if (again) {
        return KERNEL_WAIT(poll, &readable, 1, 10);
    }
    return KERNEL_WAIT(recvmsg, fd, &nothing, (flags & ~(uint32_t)MSG_WAITALL) | MSG_PEEK);
}

bool needs_receive_message(const struct msghdr *message)
{
    return message->msg_control != NULL && message->msg_controllen >= SMALLEST_RIGHTS &&
           threads_are_several();
}

int64_t receive_message(int32_t fd, struct msghdr *message, uint32_t flags)
{
    if (!needs_receive_message(message)) {
        const int64_t result = KERNEL_WAIT(recvmsg, fd, message, flags);
        if (result >= 0) {
            control_check(message);
        }
        return result;
    }
    const struct msghdr given = *message;
    for (bool again = false;; again = true) {
        const int64_t result = receive_now(fd, message, flags);
        if (result != -EAGAIN || (flags & MSG_DONTWAIT) != 0) {
            return result;
        }
        const int64_t failure = await_message(fd, flags, again);
        if (failure < 0) {
            return failure;
        }
        *message = given;
    }
}

uint32_t control_to_guest(gaddr_t to, struct msghdr *message)
{
    const uint32_t size = (uint32_t)message->msg_controllen;
    if (size == 0 || message->msg_control == NULL || message->msg_control == NOWHERE) {
        return size;
    }
    return cmsg_out(to, message->msg_control, size);
}
