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
#include "wali/native/files/pinned_fd.h"
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
    int64_t result; /* of opening->open */
    int socket;
    uint32_t runs; /* 0 once a helper thread has ended (CLONE_CHILD_CLEARTID) */
    _Alignas(16) char stack[STACK_SIZE];
};

/* The message from the helper: descriptors, if there are any. */
struct message {
    char text;
    struct iovec part;
    struct msghdr header;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_HANDED * sizeof(int))];
};

static void message_init(struct message *message, size_t count)
{
    message->text = 0;
    message->part = (struct iovec){&message->text, sizeof message->text};
    message->header = (struct msghdr){.msg_iov = &message->part, .msg_iovlen = 1};
    message->header.msg_control = message->control;
    message->header.msg_controllen = count == 0 ? 0 : CMSG_LEN(count * sizeof(int));
}

/* The guest may have filled the socket's buffer: a message that does not fit is lost. */
static void send_descriptors(int socket, const int *fds, size_t count)
{
    struct message message;
    message_init(&message, count);
    if (count > 0) {
        struct cmsghdr *const rights = CMSG_FIRSTHDR(&message.header);
        *rights = (struct cmsghdr){CMSG_LEN(count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(rights), fds, count * sizeof(int));
    }
    KERNEL(sendmsg, socket, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int run_helper(void *given)
{
    struct helper *const helper = given;
    struct handed *const handed = helper->opening->handed;
    if (!helper->opening->as_thread) { /* a process that waits must end with its parent */
        KERNEL(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (KERNEL(getppid) != helper->parent) {
            return 0;
        }
    }
    helper->result = helper->opening->open(helper->opening->what, helper->socket);
    if (handed != NULL) {
        send_descriptors(helper->socket, handed->fds, handed->count);
    } else {
        const int fd = (int)helper->result;
        send_descriptors(helper->socket, &fd, helper->result >= 0 ? 1 : 0);
    }
    return 0;
}

/* How many descriptors a received message has: fewer than were sent if the process has no room. */
static size_t count_in(const struct message *message)
{
    const struct cmsghdr *const rights = CMSG_FIRSTHDR(&message->header);
    return rights == NULL || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS
               ? 0
               : (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

static const void *descriptors_in(const struct message *message)
{
    return CMSG_DATA((const struct cmsghdr *)(const void *)message->control);
}

static int64_t receive(int socket, struct message *message, bool close_on_exec, bool wait)
{
    const int flags = (close_on_exec ? MSG_CMSG_CLOEXEC : 0) | (wait ? 0 : MSG_DONTWAIT);
    message_init(message, MOST_HANDED);
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

/* The helper's result, with the descriptors as this process has them. */
static int64_t result_of(const struct helper *helper, int64_t received, const struct message *message)
{
    struct handed *const handed = helper->opening->handed;
    const size_t count = received > 0 ? count_in(message) : 0;
    if (handed != NULL) {
        handed->count = count < handed->count ? count : handed->count;
        memcpy(handed->fds, descriptors_in(message), handed->count * sizeof(int));
        return helper->result;
    }
    int fd;
    if (helper->result < 0) {
        return helper->result;
    }
    if (count == 0) {
        return -EMFILE;
    }
    memcpy(&fd, descriptors_in(message), sizeof fd);
    return fd;
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
    fd_close(helper->socket);
    if (id < 0) {
        return id;
    }
    const int64_t received = receive(ours, &message, helper->opening->close_on_exec, false);
    return result_of(helper, received, &message);
}

static int64_t open_by_process(struct helper *helper, int ours)
{
    struct message message;
    const bool close_on_exec = helper->opening->close_on_exec;
    const int64_t id = start_helper(helper, 0);
    fd_close(helper->socket); /* the helper's is the last copy: its end ends the wait */
    if (id < 0) {
        return id;
    }
    int64_t received = receive(ours, &message, close_on_exec, true);
    if (received < 0) {
        KERNEL(kill, id, SIGKILL);
    }
    while (KERNEL(wait4, id, NULL, __WALL, NULL) == -EINTR) {
    }
    if (received < 0) {
        const int64_t failure = received;
        received = receive(ours, &message, close_on_exec, false);
        if (received <= 0) {
            return failure;
        } /* else the helper was done before the signal */
    }
    return result_of(helper, received, &message);
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
            fd_close(low[i]);
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
    helper.result = -EBADF;
    helper.socket = pair[1];
    helper.runs = 0;
    const int64_t result =
        opening->as_thread ? open_by_thread(&helper, pair[0]) : open_by_process(&helper, pair[0]);
    fd_close(pair[0]);
    return result;
}
