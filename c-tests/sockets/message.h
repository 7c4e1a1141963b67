/* Messages for the tests of sendmsg and recvmsg. Include after check.h. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* A message of one buffer, with ancillary data. */
static inline struct msghdr message_of(struct iovec *buffer, void *bytes, size_t length, void *control, size_t size)
{
    struct msghdr message = {.msg_iov = buffer, .msg_iovlen = 1, .msg_control = control};
    *buffer = (struct iovec){bytes, length};
    message.msg_controllen = (socklen_t)size;
    return message;
}

/* Sends one byte, with these descriptors. */
static inline ssize_t send_descriptors(int fd, const int *descriptors, int count)
{
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(300 * sizeof(int))] = {0};
    struct msghdr message = message_of(&buffer, "d", 1, control, CMSG_SPACE((size_t)count * sizeof(int)));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = (socklen_t)CMSG_LEN((size_t)count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, (size_t)count * sizeof(int));
    return sendmsg(fd, &message, 0);
}

/* Receives one byte and up to `most` descriptors: how many. *flags is what the message says. */
static inline int receive_descriptors(int fd, int *descriptors, int most, int *flags)
{
    char byte;
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(300 * sizeof(int))];
    struct msghdr message = message_of(&buffer, &byte, 1, control, CMSG_LEN((size_t)most * sizeof(int)));
    if (recvmsg(fd, &message, *flags) != 1) {
        return -1;
    }
    *flags = message.msg_flags;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS) {
        return 0;
    }
    size_t size = header->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors, CMSG_DATA(header), size);
    return (int)(size / sizeof(int));
}

#endif
