/* CALLS: sendmsg */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"

int main(void)
{
    int pair[2];
    char buffer[64] = {0};
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    struct iovec parts[3] = {{"one ", 4}, {NULL, 0}, {"two", 3}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
    IS(sendmsg(pair[0], &message, 0), 7);
    IS(read(pair[1], buffer, sizeof buffer), 7);
    TEXT(buffer, "one two");
    message.msg_flags = -1; /* ignored */
    IS(sendmsg(pair[0], &message, MSG_DONTWAIT), 7);
    IS(read(pair[1], buffer, sizeof buffer), 7);

    /* No buffers at all is an empty datagram. */
    struct msghdr empty = {0};
    IS(sendmsg(pair[0], &empty, 0), 0);
    IS(read(pair[1], buffer, sizeof buffer), 0);

    /* The most buffers, and one too many. */
    static struct iovec many[1025];
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){"ab", i % 2 ? 1 : 2};
    }
    struct msghdr wide = {.msg_iov = many, .msg_iovlen = 1024};
    static char big[2048];
    IS(sendmsg(pair[0], &wide, 0), 1536);
    IS(read(pair[1], big, sizeof big), 1536);
    CHECK(memcmp(big, "abaabaaba", 9) == 0);
    wide.msg_iovlen = 1025;
    ERR(sendmsg(pair[0], &wide, 0), EMSGSIZE);
    wide.msg_iovlen = (size_t)-1;
    ERR(RAW(SYS_sendmsg, pair[0], &wide, 0), EMSGSIZE);

    /* With a name. */
    struct sockaddr_in one, two;
    int from = bound_socket(SOCK_DGRAM, &one), to = bound_socket(SOCK_DGRAM, &two);
    message.msg_name = &two;
    message.msg_namelen = sizeof two;
    IS(sendmsg(from, &message, 0), 7);
    IS(read(to, buffer, sizeof buffer), 7);
    message.msg_namelen = (socklen_t)-1;
    ERR(sendmsg(from, &message, 0), EINVAL);
    message.msg_namelen = 4;
    ERR(sendmsg(from, &message, 0), EINVAL);
    message.msg_namelen = 0;
    ERR(sendmsg(from, &message, 0), EDESTADDRREQ);
    message.msg_name = bad_pointer();
    message.msg_namelen = 16;
    ERR(sendmsg(from, &message, 0), EFAULT);
    message.msg_name = NULL;
    ERR(sendmsg(from, &message, 0), EDESTADDRREQ);

    /* Bad addresses and sizes. */
    parts[1] = (struct iovec){bad_pointer(), 5};
    ERR(sendmsg(pair[0], &message, 0), EFAULT);
    parts[1] = (struct iovec){buffer, (size_t)-1};
    ERR(sendmsg(pair[0], &message, 0), EINVAL);
    message.msg_iov = bad_pointer();
    ERR(sendmsg(pair[0], &message, 0), EFAULT);
    ERR(RAW(SYS_sendmsg, pair[0], bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_sendmsg, -1, &empty, 0), EBADF);
    ERR(RAW(SYS_sendmsg, -1, bad_pointer(), 0), EBADF);
    ERR(sendmsg(make_file("file", ""), &empty, 0), ENOTSOCK);

    /* Bad ancillary data. */
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec word;
    struct msghdr odd = message_of(&word, "x", 1, control, CMSG_LEN(sizeof(int)));
    struct cmsghdr *header = CMSG_FIRSTHDR(&odd);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(0) - 1;
    ERR(sendmsg(pair[0], &odd, 0), EINVAL);
    header->cmsg_len = CMSG_LEN(sizeof(int)) + 1;
    ERR(sendmsg(pair[0], &odd, 0), EINVAL);
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *(int *)CMSG_DATA(header) = -1;
    ERR(sendmsg(pair[0], &odd, 0), EBADF);
    header->cmsg_type = 99;
    ERR(sendmsg(pair[0], &odd, 0), EINVAL);
    header->cmsg_level = 9999; /* not for this kind of socket: passed over */
    IS(sendmsg(pair[0], &odd, 0), 1);
    odd.msg_control = bad_pointer();
    ERR(RAW(SYS_sendmsg, pair[0], &odd, 0), EFAULT);
    return done();
}
