/* CALLS: recvmsg */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"

int main(void)
{
    struct sockaddr_in one, two, from;
    int sender = bound_socket(SOCK_DGRAM, &one), fd = bound_socket(SOCK_DGRAM, &two);
    char first[4], second[16] = {0};
    struct iovec parts[2] = {{first, 4}, {second, 15}};
    struct msghdr message = {.msg_name = &from, .msg_namelen = 100, .msg_iov = parts, .msg_iovlen = 2, .msg_flags = -1};
    IS(sendto(sender, "headtail", 8, 0, (struct sockaddr *)&two, sizeof two), 8);
    IS(recvmsg(fd, &message, 0), 8);
    CHECK(memcmp(first, "head", 4) == 0);
    TEXT(second, "tail");
    IS(message.msg_namelen, 16);
    IS(message.msg_flags, 0);
    IS(message.msg_controllen, 0);
    CHECK(memcmp(&from, &one, sizeof one) == 0);

    /* Cut datagrams say so, and their size is told on demand. */
    parts[1].iov_len = 1;
    IS(sendto(sender, "headtail", 8, 0, (struct sockaddr *)&two, sizeof two), 8);
    message.msg_namelen = 2;
    IS(recvmsg(fd, &message, MSG_PEEK), 5);
    CHECK(message.msg_flags & MSG_TRUNC);
    IS(message.msg_namelen, 16);
    IS(recvmsg(fd, &message, MSG_TRUNC), 8);

    /* Without a place for the name its size is not touched. */
    message.msg_name = NULL;
    message.msg_namelen = 55;
    IS(sendto(sender, "x", 1, 0, (struct sockaddr *)&two, sizeof two), 1);
    IS(recvmsg(fd, &message, 0), 1);
    IS(message.msg_namelen, 55);
    ERR(recvmsg(fd, &message, MSG_DONTWAIT), EAGAIN);

    /* Ends of records. */
    int records[2];
    OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, records));
    IS(send(records[0], "record", 6, 0), 6);
    message = (struct msghdr){.msg_iov = parts, .msg_iovlen = 1};
    IS(recvmsg(records[1], &message, 0), 4);
    CHECK(message.msg_flags & MSG_TRUNC);

    /* MSG_CMSG_CLOEXEC is told back, and so is an error queue without errors. */
    IS(send(records[0], "x", 1, 0), 1);
    IS(recvmsg(records[1], &message, MSG_CMSG_CLOEXEC), 1);
    IS(message.msg_flags & ~MSG_EOR, MSG_CMSG_CLOEXEC);
    ERR(recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT), EAGAIN);

    static struct iovec many[1025];
    static char bytes[1025];
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){bytes + i, 1};
    }
    memset(bytes, 'x', sizeof bytes);
    static char text[1024];
    memset(text, 'y', sizeof text);
    IS(send(records[0], text, sizeof text, 0), 1024);
    message = (struct msghdr){.msg_iov = many, .msg_iovlen = 1024};
    IS(recvmsg(records[1], &message, 0), 1024);
    CHECK(bytes[0] == 'y' && bytes[1023] == 'y' && bytes[1024] == 'x');
    message.msg_iovlen = 1025;
    ERR(recvmsg(records[1], &message, 0), EMSGSIZE);
    message.msg_iovlen = (size_t)-1;
    ERR(RAW(SYS_recvmsg, records[1], &message, 0), EMSGSIZE);

    message = (struct msghdr){.msg_name = &from, .msg_namelen = (socklen_t)-1, .msg_iov = parts, .msg_iovlen = 1};
    ERR(recvmsg(fd, &message, 0), EINVAL);
    message = (struct msghdr){.msg_iov = bad_pointer(), .msg_iovlen = 1};
    ERR(recvmsg(fd, &message, 0), EFAULT);
    parts[0] = (struct iovec){bad_pointer(), 1};
    message.msg_iov = parts;
    IS(sendto(sender, "x", 1, 0, (struct sockaddr *)&two, sizeof two), 1);
    ERR(recvmsg(fd, &message, 0), EFAULT);
    parts[0] = (struct iovec){first, (size_t)-1};
    ERR(recvmsg(fd, &message, 0), EINVAL);
    ERR(RAW(SYS_recvmsg, fd, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_recvmsg, -1, bad_pointer(), 0), EBADF);
    message.msg_iovlen = 0;
    ERR(recvmsg(make_file("file", ""), &message, 0), ENOTSOCK);
    ERR(recvmsg((int)OK(socket(AF_INET, SOCK_STREAM, 0)), &message, 0), ENOTCONN);
    return done();
}
