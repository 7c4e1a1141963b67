/* CALLS: sendmsg, sendmmsg, recvmmsg, setsockopt, getsockopt */
/* Which control messages may be sent, how many at a time, and those that options hold. */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"
#include <linux/in6.h>
#include <netinet/udp.h>

enum { VECTOR = 40, REPEATED = 30, ROOM = REPEATED * CMSG_SPACE(sizeof(int)) };

static struct cmsghdr *add(struct msghdr *message, struct cmsghdr *after, int level, int type,
                           const void *data, size_t size)
{
    struct cmsghdr *header = after == NULL ? CMSG_FIRSTHDR(message) : CMSG_NXTHDR(message, after);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = (socklen_t)CMSG_LEN(size);
    memcpy(CMSG_DATA(header), data, size);
    return header;
}

/* A level that the socket has not is passed over, wherever it stands; a type that its level has not is an
 * error. */
static void levels(void)
{
    int pair[2], file = make_file("file", ""), fd = -1;
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    struct iovec buffer;
    char byte;
    for (int first = 0; first < 2; first++) {
        _Alignas(struct cmsghdr) char control[3 * CMSG_SPACE(sizeof file)] = {0};
        struct msghdr message = message_of(&buffer, "x", 1, control, 2 * CMSG_SPACE(sizeof file));
        struct cmsghdr *at = NULL;
        for (int i = 0; i < 2; i++) {
            at = i == first ? add(&message, at, 9999, 1, &file, sizeof file)
                            : add(&message, at, SOL_SOCKET, SCM_RIGHTS, &file, sizeof file);
        }
        IS(sendmsg(pair[0], &message, 0), 1);
        message = message_of(&buffer, &byte, 1, control, sizeof control);
        IS(recvmsg(pair[1], &message, 0), 1);
        IS(message.msg_flags, 0);
        at = CMSG_FIRSTHDR(&message);
        IS(at->cmsg_type, SCM_RIGHTS);
        memcpy(&fd, CMSG_DATA(at), sizeof fd);
        CHECK(fcntl(fd, F_GETFD) >= 0);
        CHECK(CMSG_NXTHDR(&message, at) == NULL);
    }
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof file)] = {0};
    struct msghdr message = message_of(&buffer, "x", 1, control, sizeof control);
    add(&message, NULL, SOL_SOCKET, 77, &file, sizeof file);
    ERR(sendmsg(pair[0], &message, 0), EINVAL);
    message.msg_controllen = CMSG_LEN(sizeof file); /* without the last one's pad */
    add(&message, NULL, SOL_SOCKET, SCM_RIGHTS, &file, sizeof file);
    IS(sendmsg(pair[0], &message, 0), 1);
    message.msg_controllen = sizeof(struct cmsghdr) - 1; /* not one */
    IS(sendmsg(pair[0], &message, 0), 1);
}

/* Each message of a vector has its own, more bytes altogether than one call of the runtime's copies. */
static void vector(void)
{
    struct sockaddr_in address;
    int to = bound_socket(SOCK_DGRAM, &address), on = 1, from = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    OK(setsockopt(to, IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
    static _Alignas(struct cmsghdr) char control[VECTOR][ROOM];
    static struct mmsghdr messages[VECTOR];
    static struct iovec buffers[VECTOR];
    for (int i = 0; i < VECTOR; i++) {
        messages[i].msg_hdr = message_of(&buffers[i], "abc", 3, control[i], ROOM);
        messages[i].msg_hdr.msg_name = &address;
        messages[i].msg_hdr.msg_namelen = sizeof address;
        struct cmsghdr *at = NULL;
        for (int j = 0, ttl = i + 1; j < REPEATED; j++) {
            at = add(&messages[i].msg_hdr, at, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
        }
    }
    IS(sendmmsg(from, messages, VECTOR, 0), VECTOR);
    for (int i = 0; i < VECTOR; i++) {
        static char text[8];
        messages[i].msg_hdr = message_of(&buffers[i], text, sizeof text, control[i], ROOM);
    }
    IS(recvmmsg(to, messages, VECTOR, MSG_WAITFORONE, NULL), VECTOR);
    for (int i = 0, ttl = 0; i < VECTOR; i++) {
        memcpy(&ttl, CMSG_DATA(CMSG_FIRSTHDR(&messages[i].msg_hdr)), sizeof ttl);
        CHECK(ttl == i + 1 && messages[i].msg_len == 3);
    }
    /* One that the kernel refuses, behind good ones. */
    for (int i = 0, ttl = 5; i < 3; i++) {
        messages[i].msg_hdr = message_of(&buffers[i], "abc", 3, control[i], CMSG_SPACE(sizeof ttl));
        messages[i].msg_hdr.msg_name = &address;
        messages[i].msg_hdr.msg_namelen = sizeof address;
        add(&messages[i].msg_hdr, NULL, IPPROTO_IP, i == 2 ? 99 : IP_TTL, &ttl, sizeof ttl);
    }
    IS(sendmmsg(from, messages, 3, 0), 2);
    ERR(sendmmsg(from, messages + 2, 1, 0), EINVAL);
}

static void segments(void)
{
    struct sockaddr_in address;
    int to = bound_socket(SOCK_DGRAM, &address), from = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    unsigned short size = 4;
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof size)] = {0};
    struct msghdr message = message_of(&buffer, "0123456789", 10, control, sizeof control);
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    add(&message, NULL, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size);
    IS(sendmsg(from, &message, 0), 10);
    char text[16];
    IS(recv(to, text, sizeof text, 0), 4);
    IS(recv(to, text, sizeof text, 0), 4);
    IS(recv(to, text, sizeof text, 0), 2);
}

/* An option that holds control messages, which go with every packet, and one with those of the last packet.
 */
static void in_options(void)
{
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), hops = 9;
    if (fd >= 0) {
        _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof hops)] = {0};
        struct msghdr message = {.msg_control = control, .msg_controllen = sizeof control};
        struct cmsghdr *header = add(&message, NULL, IPPROTO_IPV6, IPV6_2292HOPLIMIT, &hops, sizeof hops);
        say("hop limit: %d", setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, sizeof control));
        header->cmsg_type = 200;
        say("no type: %d", setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, sizeof control));
        header->cmsg_len = 3;
        say("no length: %d", setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, sizeof control));
        say("nothing: %d", setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, 0));
        say("nowhere: %d",
            setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, bad_pointer(), sizeof control) < 0 ? errno : 0);
        say("too much: %d",
            setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, 1 << 17) < 0 ? errno : 0);
    }
    int pair[2], on = 1;
    tcp_pair(pair);
    OK(setsockopt(pair[0], IPPROTO_IP, IP_PKTINFO, &on, sizeof on));
    OK(setsockopt(pair[0], IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
    _Alignas(struct cmsghdr) char control[256];
    socklen_t size = sizeof control;
    OK(getsockopt(pair[0], IPPROTO_IP, IP_PKTOPTIONS, control, &size));
    IS(size, CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int)));
    struct msghdr message = {.msg_control = control, .msg_controllen = size};
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL; h = CMSG_NXTHDR(&message, h)) {
        say("level %d type %d length %lld", h->cmsg_level, h->cmsg_type, (long long)h->cmsg_len);
    }
}

int main(void)
{
    levels();
    vector();
    segments();
    in_options();
    return done();
}
