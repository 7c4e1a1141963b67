/* CALLS: recvmmsg */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"
#include <time.h>

enum { COUNT = 70 };

static struct mmsghdr messages[COUNT];
static struct iovec parts[COUNT];
static struct sockaddr_in names[COUNT];
static char texts[COUNT][16];

static struct mmsghdr *fresh(void)
{
    memset(texts, 0, sizeof texts);
    for (int i = 0; i < COUNT; i++) {
        parts[i] = (struct iovec){texts[i], 8};
        messages[i] = (struct mmsghdr){0};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &names[i];
        messages[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    return messages;
}

int main(void)
{
    struct sockaddr_in here, there;
    int sender = bound_socket(SOCK_DGRAM, &here), fd = bound_socket(SOCK_DGRAM, &there);
    OK(connect(sender, (struct sockaddr *)&there, sizeof there));
    for (int i = 0; i < COUNT; i++) {
        char text[16];
        int n = snprintf(text, sizeof text, "text %d", i);
        send(sender, text, (size_t)n, 0);
    }
    IS(recvmmsg(fd, fresh(), 3, 0, NULL), 3);
    TEXT(texts[2], "text 2");
    IS(messages[2].msg_len, 6);
    IS(messages[2].msg_hdr.msg_namelen, 16);
    CHECK(names[2].sin_port == here.sin_port);
    /* More than any implementation copies at once: the rest, and not one more. */
    IS(recvmmsg(fd, fresh(), COUNT, MSG_DONTWAIT, NULL), COUNT - 3);
    TEXT(texts[COUNT - 4], "text 69");
    ERR(recvmmsg(fd, fresh(), COUNT, MSG_DONTWAIT, NULL), EAGAIN);

    /* MSG_WAITFORONE waits for the first only. */
    send(sender, "one", 3, 0);
    send(sender, "two two two", 11, 0);
    IS(recvmmsg(fd, fresh(), COUNT, MSG_WAITFORONE, NULL), 2);
    IS(messages[1].msg_len, 8);
    CHECK(messages[1].msg_hdr.msg_flags & MSG_TRUNC);
    CHECK(!(messages[0].msg_hdr.msg_flags & MSG_TRUNC));

    /* The timeout is looked at after each message, and counts down. */
    struct timespec timeout = {100, 0};
    send(sender, "one", 3, 0);
    IS(recvmmsg(fd, fresh(), 1, 0, &timeout), 1);
    CHECK(timeout.tv_sec == 99 || (timeout.tv_sec == 100 && timeout.tv_nsec == 0));
    timeout = (struct timespec){0, 0};
    send(sender, "one", 3, 0);
    send(sender, "two", 3, 0);
    IS(recvmmsg(fd, fresh(), 2, 0, &timeout), 1);
    IS(recvmmsg(fd, fresh(), 2, MSG_DONTWAIT, &timeout), 1);
    timeout = (struct timespec){0, -1};
    ERR(recvmmsg(fd, fresh(), 2, MSG_DONTWAIT, &timeout), EINVAL);
    ERR(RAW(SYS_recvmmsg, fd, fresh(), 2, MSG_DONTWAIT, bad_pointer()), EFAULT);

    IS(recvmmsg(fd, fresh(), 0, 0, NULL), 0);
    ERR(RAW(SYS_recvmmsg, fd, bad_pointer(), 1, MSG_DONTWAIT, 0), EFAULT);
    send(sender, "one", 3, 0);
    fresh()[1].msg_hdr.msg_iov = bad_pointer();
    IS(recvmmsg(fd, messages, 2, 0, NULL), 1);
    ERR(recvmmsg(-1, fresh(), 1, 0, NULL), EBADF);
    ERR(recvmmsg(make_file("file", ""), fresh(), 1, 0, NULL), ENOTSOCK);
    return done();
}
