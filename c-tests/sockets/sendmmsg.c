/* CALLS: sendmmsg */
#include "check.h"

#include "sockets/message.h"

enum { COUNT = 100 };

int main(void)
{
    int pair[2];
    OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair));
    int size = 1 << 20;
    OK(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
    static struct mmsghdr messages[COUNT];
    static struct iovec parts[COUNT][2];
    static char text[COUNT] = {0};
    for (int i = 0; i < COUNT; i++) {
        text[i] = (char)(' ' + i % 90);
        parts[i][0] = (struct iovec){text, (size_t)i};
        parts[i][1] = (struct iovec){"!", 1};
        messages[i].msg_hdr.msg_iov = parts[i];
        messages[i].msg_hdr.msg_iovlen = 2;
    }
    char buffer[2 * COUNT];
    IS(RAW(SYS_sendmmsg, pair[0], messages, 3, 0), 3);
    IS(messages[2].msg_len, 3);
    for (int i = 0; i < 3; i++) {
        IS(read(pair[1], buffer, sizeof buffer), i + 1);
    }
    /* More than any implementation copies at once. */
    IS(RAW(SYS_sendmmsg, pair[0], messages, COUNT, 0), COUNT);
    int right = 0;
    for (int i = 0; i < COUNT; i++) {
        right += read(pair[1], buffer, sizeof buffer) == i + 1 && messages[i].msg_len == (unsigned)i + 1 &&
                 memcmp(buffer, text, (size_t)i) == 0 && buffer[i] == '!';
    }
    IS(right, COUNT);

    /* A bad message ends the vector; the call tells how many went before it. */
    messages[2].msg_hdr.msg_iov = bad_pointer();
    IS(RAW(SYS_sendmmsg, pair[0], messages, 5, 0), 2);
    ERR(RAW(SYS_sendmmsg, pair[0], messages + 2, 3, 0), EFAULT);
    messages[2].msg_hdr.msg_iov = parts[2];
    messages[1].msg_hdr.msg_iovlen = 1025;
    IS(RAW(SYS_sendmmsg, pair[0], messages, 5, 0), 1);
    ERR(RAW(SYS_sendmmsg, pair[0], messages + 1, 3, 0), EMSGSIZE);
    messages[1].msg_hdr.msg_iovlen = 2;
    IS(RAW(SYS_sendmmsg, pair[0], messages, 0, 0), 0);
    ERR(RAW(SYS_sendmmsg, pair[0], bad_pointer(), 1, 0), EFAULT);
    ERR(RAW(SYS_sendmmsg, -1, messages, 1, 0), EBADF);
    ERR(RAW(SYS_sendmmsg, make_file("file", ""), messages, 1, 0), ENOTSOCK);

    /* A full queue. */
    IS(read(pair[1], buffer, sizeof buffer), 1);
    IS(read(pair[1], buffer, sizeof buffer), 2);
    IS(read(pair[1], buffer, sizeof buffer), 1);
    ERR(read(pair[1], buffer, sizeof buffer), EAGAIN);
    close(pair[1]);
    ERR(RAW(SYS_sendmmsg, pair[0], messages, 2, MSG_NOSIGNAL), EPIPE);
    return done();
}
