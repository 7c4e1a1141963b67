/* CALLS: mq_open, mq_unlink, mq_timedsend, mq_timedreceive, mq_getsetattr, mq_notify */
#include "check.h"

#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

/* The raw calls take the name without its slash. */
static char name[32];

static int queue_of(int flags, const struct mq_attr *attributes)
{
    return (int)RAW(SYS_mq_open, name, flags, 0600, attributes);
}

static void messages(int queue)
{
    char buffer[64] = {0};
    unsigned priority = 99;
    struct timespec past = {1, 0}, bad = {1, -1};
    ERR(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, &priority, &past), ETIMEDOUT);
    IS(RAW(SYS_mq_timedsend, queue, "low", 3, 1, 0), 0);
    IS(RAW(SYS_mq_timedsend, queue, "high", 4, 32767, 0), 0);
    IS(RAW(SYS_mq_timedsend, queue, "", 0, 2, 0), 0);
    ERR(RAW(SYS_mq_timedsend, queue, "full", 4, 1, &past), ETIMEDOUT);
    struct pollfd ready = {queue, POLLIN | POLLOUT, 0};
    IS(poll(&ready, 1, 0), 1);
    IS(ready.revents, POLLIN);
    IS(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, &priority, 0), 4);
    TEXT(buffer, "high");
    IS(priority, 32767);
    IS(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, 0, 0), 0);
    IS(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, &priority, &past), 3);

    ERR(RAW(SYS_mq_timedsend, queue, "x", 1, 32768, 0), EINVAL);
    ERR(RAW(SYS_mq_timedsend, queue, buffer, 65, 1, 0), EMSGSIZE);
    ERR(RAW(SYS_mq_timedsend, queue, bad_pointer(), 1, 1, 0), EFAULT);
    ERR(RAW(SYS_mq_timedsend, queue, "x", 1, 1, &bad), EINVAL);
    ERR(RAW(SYS_mq_timedsend, queue, "x", 1, 1, bad_pointer()), EFAULT);
    ERR(RAW(SYS_mq_timedreceive, queue, buffer, 63, 0, 0), EMSGSIZE);
    ERR(RAW(SYS_mq_timedsend, -1, "x", 1, 1, 0), EBADF);
    ERR(RAW(SYS_mq_timedsend, make_file("file", ""), "x", 1, 1, 0), EBADF);
}

static void attributes(int queue)
{
    struct mq_attr found = {0}, next = {.mq_flags = O_NONBLOCK};
    IS(RAW(SYS_mq_getsetattr, queue, 0, &found), 0);
    IS(found.mq_flags, 0);
    IS(found.mq_maxmsg, 3);
    IS(found.mq_msgsize, 64);
    IS(found.mq_curmsgs, 0);
    IS(RAW(SYS_mq_getsetattr, queue, &next, &found), 0);
    IS(RAW(SYS_mq_getsetattr, queue, 0, &found), 0);
    IS(found.mq_flags, O_NONBLOCK);
    char buffer[64];
    ERR(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, 0, 0), EAGAIN);
    next.mq_flags = 1;
    ERR(RAW(SYS_mq_getsetattr, queue, &next, 0), EINVAL);
    ERR(RAW(SYS_mq_getsetattr, queue, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_mq_getsetattr, queue, 0, bad_pointer()), EFAULT);
}

/* What the kernel reads of struct sigevent. */
struct event {
    union sigval value;
    int signo;
    int notify;
    char rest[64];
};

static void notifications(int queue)
{
    uint64_t set = UINT64_C(1) << (SIGUSR1 - 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    struct event event = {.signo = SIGUSR1, .notify = SIGEV_SIGNAL};
    event.value.sival_int = 77;
    IS(RAW(SYS_mq_notify, queue, &event), 0);
    ERR(RAW(SYS_mq_notify, queue, &event), EBUSY);
    IS(RAW(SYS_mq_timedsend, queue, "x", 1, 1, 0), 0);
    struct timespec limit = {5, 0};
    siginfo_t information;
    IS(RAW(SYS_rt_sigtimedwait, &set, &information, &limit, 8), SIGUSR1);
    IS(information.si_code, SI_MESGQ);
    IS(information.si_value.sival_int, 77);
    CHECK(information.si_pid == getpid());
    char buffer[64];
    IS(RAW(SYS_mq_timedreceive, queue, buffer, sizeof buffer, 0, 0), 1);
    IS(RAW(SYS_mq_notify, queue, &event), 0); /* told once, then to be asked again */
    IS(RAW(SYS_mq_notify, queue, 0), 0);

    /* As libc does SIGEV_THREAD: a cookie comes back over a netlink socket. */
    int socket_fd = (int)OK(socket(AF_NETLINK, SOCK_RAW, 0));
    char cookie[32] = "the cookie that libc chose", back[64] = {0};
    event = (struct event){.signo = socket_fd, .notify = SIGEV_THREAD};
    event.value.sival_ptr = cookie;
    IS(RAW(SYS_mq_notify, queue, &event), 0);
    IS(RAW(SYS_mq_timedsend, queue, "x", 1, 1, 0), 0);
    IS(recv(socket_fd, back, sizeof back, 0), 32);
    TEXT(back, "the cookie that libc chose\0");
    IS(back[31], 1);
    event.value.sival_ptr = bad_pointer();
    ERR(RAW(SYS_mq_notify, queue, &event), EFAULT);

    event = (struct event){.signo = 65, .notify = SIGEV_SIGNAL};
    ERR(RAW(SYS_mq_notify, queue, &event), EINVAL);
    event.notify = 99;
    ERR(RAW(SYS_mq_notify, queue, &event), EINVAL);
    ERR(RAW(SYS_mq_notify, queue, bad_pointer()), EFAULT);
    event = (struct event){.notify = SIGEV_NONE};
    ERR(RAW(SYS_mq_notify, -1, &event), EBADF);
    IS(RAW(SYS_mq_notify, queue, &event), 0);
}

int main(void)
{
    snprintf(name, sizeof name, "wali-%d", (int)getpid());
    struct mq_attr shape = {.mq_maxmsg = 3, .mq_msgsize = 64};
    ERR(queue_of(O_RDWR, NULL), ENOENT);
    int queue = queue_of(O_RDWR | O_CREAT | O_EXCL, &shape);
    if (queue < 0 && errno == ENOSYS) {
        skip("no message queues");
    }
    CHECK(queue >= 0);
    ERR(queue_of(O_RDWR | O_CREAT | O_EXCL, &shape), EEXIST);
    int reader = queue_of(O_RDONLY, NULL);
    ERR(RAW(SYS_mq_timedsend, reader, "x", 1, 1, 0), EBADF);
    messages(queue);
    attributes(queue);
    notifications(queue);
    ERR(RAW(SYS_mq_open, "a/b", O_RDWR, 0, 0), EACCES);
    ERR(RAW(SYS_mq_open, "", O_RDWR | O_CREAT, 0600, 0), ENOENT);
    ERR(RAW(SYS_mq_open, bad_pointer(), O_RDWR, 0, 0), EFAULT);
    ERR(RAW(SYS_mq_open, "wali-none", O_RDWR | O_CREAT, 0600, bad_pointer()), EFAULT);
    shape.mq_maxmsg = -1;
    ERR(RAW(SYS_mq_open, "wali-none", O_RDWR | O_CREAT, 0600, &shape), EINVAL);
    IS(RAW(SYS_mq_unlink, name), 0);
    ERR(RAW(SYS_mq_unlink, name), ENOENT);
    ERR(RAW(SYS_mq_unlink, bad_pointer()), EFAULT);
    return done();
}
