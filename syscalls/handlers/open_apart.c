/* A helper that shares everything with the calling thread but the descriptors opens the file, and
 * sends the result through a pair of sockets.  The calling thread waits as in the call itself: a
 * signal ends the wait, and with it a helper process.
 *
 * The guest's other threads can reach both sockets.  But all that they can send there is
 * descriptors of their own. */
#define _GNU_SOURCE
#include "syscalls/handlers/open_apart.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/files/private_fd.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define STACK_SIZE ((size_t)64 << 10) /* for paths, and a signal frame of the kernel's */

struct helper {
    const struct opening *opening;
    int64_t parent; /* the guest's process id */
    int socket;
    uint32_t runs; /* 0 once a helper thread has ended (CLONE_CHILD_CLEARTID) */
    _Alignas(16) char stack[STACK_SIZE];
};

/* The message from the helper: a descriptor, or the answer -errno. */
struct message {
    int64_t result;
    struct iovec part;
    struct msghdr header;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
};

static void message_init(struct message *message)
{
    memset(message, 0, sizeof *message);
    message->part = (struct iovec){&message->result, sizeof message->result};
    message->header.msg_iov = &message->part;
    message->header.msg_iovlen = 1;
}

static void send_result(int socket, int64_t result)
{
    struct message message;
    message_init(&message);
    message.result = result;
    if (result >= 0) {
        const int fd = (int)result;
        message.header.msg_control = message.control;
        message.header.msg_controllen = CMSG_LEN(sizeof fd);
        struct cmsghdr *const rights = CMSG_FIRSTHDR(&message.header);
        *rights = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    KERNEL(sendmsg, socket, &message.header, MSG_NOSIGNAL);
}

static int run_helper(void *given)
{
    const struct helper *const helper = given;
    if (!helper->opening->as_thread) { /* a process that waits must end with its parent */
        KERNEL(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (KERNEL(getppid) != helper->parent) {
            return 0;
        }
    }
    send_result(helper->socket, helper->opening->open(helper->opening->what, helper->socket));
    return 0;
}

/* The descriptor or -errno in a received message. */
static int64_t descriptor_in(const struct message *message)
{
    int fd;
    if (message->result < 0) {
        return message->result;
    }
    if (message->header.msg_controllen < CMSG_LEN(sizeof fd)) {
        return -EMFILE; /* the process has no descriptor left */
    }
    memcpy(&fd, CMSG_DATA((const struct cmsghdr *)(const void *)message->control), sizeof fd);
    return fd;
}

static int64_t receive(int socket, struct message *message, bool close_on_exec, bool wait)
{
    const int flags = (close_on_exec ? MSG_CMSG_CLOEXEC : 0) | (wait ? 0 : MSG_DONTWAIT);
    message_init(message);
    message->header.msg_control = message->control;
    message->header.msg_controllen = sizeof message->control;
    return wait ? KERNEL_WAIT(recvmsg, socket, &message->header, flags)
                : KERNEL(recvmsg, socket, &message->header, flags);
}

static int64_t start_helper(struct helper *helper, int flags)
{
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    const int id = clone(run_helper, helper->stack + STACK_SIZE, CLONE_VM | CLONE_FS | CLONE_SYSVSEM | flags,
                         helper, NULL, NULL, &helper->runs);
    const int failure = errno;
    signal_mask_set(mask);
    return id >= 0 ? id : failure == EAGAIN ? -ENOMEM : -failure;
}

static int64_t result_of(int64_t received, const struct message *message)
{
    if (received < 0) {
        return received;
    }
    return received == sizeof message->result ? descriptor_in(message) : -EBADF;
}

static int64_t open_by_thread(struct helper *helper, int ours)
{
    struct message message;
    helper->runs = 1;
    const int64_t id = start_helper(helper, CLONE_THREAD | CLONE_SIGHAND | CLONE_CHILD_CLEARTID);
    /* The helper's stack lies on this one. */
    while (id >= 0 && __atomic_load_n(&helper->runs, __ATOMIC_ACQUIRE) != 0) {
        KERNEL(futex, &helper->runs, FUTEX_WAIT, 1, NULL, NULL, 0);
    }
    /* The file may show threads (/proc/self/status, for example), and the helper may not appear
     * there. */
    while (id >= 0 && KERNEL(tgkill, helper->parent, id, 0) == 0) {
        KERNEL(sched_yield);
    }
    KERNEL(close, helper->socket);
    return id < 0 ? id : result_of(receive(ours, &message, helper->opening->close_on_exec, false), &message);
}

static int64_t open_by_process(struct helper *helper, int ours)
{
    struct message message;
    const bool close_on_exec = helper->opening->close_on_exec;
    const int64_t id = start_helper(helper, 0);
    KERNEL(close, helper->socket); /* the helper's is the last copy: its end ends the wait */
    if (id < 0) {
        return id;
    }
    int64_t received = receive(ours, &message, close_on_exec, true);
    if (received < 0) {
        KERNEL(kill, id, SIGKILL);
    }
    while (KERNEL(wait4, id, NULL, __WALL, NULL) == -EINTR) {
    }
    if (received < 0 && receive(ours, &message, close_on_exec, false) > 0) {
        received = sizeof message.result; /* the helper was done before the signal */
    }
    return result_of(received, &message);
}

/* Makes the pair with high numbers, because the lowest free number is the opened file's. */
static int64_t make_pair(int pair[2])
{
    int low[2];
    const int64_t failure = KERNEL(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low);
    if (failure < 0) {
        return failure;
    }
    for (int i = 0; i < 2; i++) {
        const int64_t high = wali_private_fd(low[i]);
        pair[i] = high < 0 ? low[i] : (int)high;
        if (high >= 0) {
            KERNEL(close, low[i]);
        }
    }
    return 0;
}

int64_t open_apart(const struct opening *opening)
{
    int pair[2];
    const int64_t failure = make_pair(pair);
    if (failure < 0) {
        return failure;
    }
    struct helper helper;
    helper.opening = opening;
    helper.parent = KERNEL(getpid);
    helper.socket = pair[1];
    helper.runs = 0;
    const int64_t result =
        opening->as_thread ? open_by_thread(&helper, pair[0]) : open_by_process(&helper, pair[0]);
    KERNEL(close, pair[0]);
    return result;
}
