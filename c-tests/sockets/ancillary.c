/* CALLS: sendmsg, recvmsg, setsockopt */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"
#include <sys/time.h>

/* Prints the kinds of messages that came, and checks their sizes. */
static void kinds(struct msghdr *message)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h != NULL; h = CMSG_NXTHDR(message, h)) {
        say("level %d type %d length %lld", h->cmsg_level, h->cmsg_type, (long long)h->cmsg_len);
    }
}

static struct cmsghdr *add(struct msghdr *message, struct cmsghdr *after, int type, const void *data, size_t size)
{
    struct cmsghdr *header = after == NULL ? CMSG_FIRSTHDR(message) : CMSG_NXTHDR(message, after);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = type;
    header->cmsg_len = (socklen_t)CMSG_LEN(size);
    memcpy(CMSG_DATA(header), data, size);
    return header;
}

static void credentials_and_rights(void)
{
    int pair[2], on = 1, fds[2];
    char byte;
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    OK(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[256] = {0};
    struct ucred mine = {getpid(), getuid(), getgid()};
    int file = make_file("file", "text");
    int three[3] = {file, file, file};

    /* Two messages whose lengths are no multiples of 8, in both orders. */
    for (int order = 0; order < 2; order++) {
        struct msghdr message =
            message_of(&buffer, "x", 1, control, CMSG_SPACE(sizeof three) + CMSG_SPACE(sizeof mine));
        memset(control, 0, sizeof control);
        if (order == 0) {
            struct cmsghdr *first = add(&message, NULL, SCM_RIGHTS, three, sizeof three);
            add(&message, first, SCM_CREDENTIALS, &mine, sizeof mine);
        } else {
            struct cmsghdr *first = add(&message, NULL, SCM_CREDENTIALS, &mine, sizeof mine);
            add(&message, first, SCM_RIGHTS, three, sizeof three);
        }
        IS(sendmsg(pair[0], &message, 0), 1);
        message = message_of(&buffer, &byte, 1, control, sizeof control);
        IS(recvmsg(pair[1], &message, 0), 1);
        IS(message.msg_flags, 0);
        kinds(&message);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        struct ucred theirs;
        memcpy(&theirs, CMSG_DATA(header), sizeof theirs);
        CHECK(theirs.pid == mine.pid && theirs.uid == mine.uid && theirs.gid == mine.gid);
        header = CMSG_NXTHDR(&message, header);
        memcpy(fds, CMSG_DATA(header), sizeof fds);
        CHECK(fcntl(fds[1], F_GETFD) >= 0);
    }

    /* Credentials come by themselves, even when nobody sends them. */
    OK(send(pair[0], "x", 1, 0));
    struct msghdr message = message_of(&buffer, &byte, 1, control, sizeof control);
    IS(recvmsg(pair[1], &message, 0), 1);
    kinds(&message);
    OK(send(pair[0], "x", 1, 0));
    message = message_of(&buffer, &byte, 1, control, 20);
    IS(recvmsg(pair[1], &message, 0), 1);
    IS(message.msg_flags, MSG_CTRUNC);
    IS(message.msg_controllen, 20);
    OK(send(pair[0], "x", 1, 0));
    message = message_of(&buffer, &byte, 1, control, 8);
    IS(recvmsg(pair[1], &message, 0), 1);
    IS(message.msg_flags, MSG_CTRUNC);
    IS(message.msg_controllen, 0);
    /* SO_PEERCRED, of a pair. */
    struct ucred peer;
    socklen_t size = sizeof peer;
    OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &size));
    CHECK(peer.pid == getpid() && peer.uid == getuid() && size == sizeof peer);
}

static void packet_information(void)
{
    struct sockaddr_in address;
    int fd = bound_socket(SOCK_DGRAM, &address), on = 1;
    OK(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on));
    OK(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on));
    OK(setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
    OK(setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof on));
    OK(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof address));
    char byte;
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[256];
    struct msghdr message = message_of(&buffer, &byte, 1, control, sizeof control);
    IS(recvmsg(fd, &message, 0), 1);
    kinds(&message);
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level == SOL_SOCKET) {
            struct timeval then, now;
            memcpy(&then, CMSG_DATA(h), sizeof then);
            gettimeofday(&now, NULL);
            CHECK(now.tv_sec - then.tv_sec >= 0 && now.tv_sec - then.tv_sec < 60);
        } else if (h->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo information;
            memcpy(&information, CMSG_DATA(h), sizeof information);
            CHECK(information.ipi_addr.s_addr == htonl(INADDR_LOOPBACK));
        }
    }
    IS(message.msg_flags, 0);

    /* Sent: the address that it is to come from, and a time to live. */
    struct sockaddr_in from;
    struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(0x7f000002)};
    int ttl = 7;
    memset(control, 0, sizeof control);
    message = message_of(&buffer, "y", 1, control, CMSG_SPACE(sizeof ttl) + CMSG_SPACE(sizeof source));
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    struct cmsghdr *header = add(&message, NULL, IP_TTL, &ttl, sizeof ttl);
    header->cmsg_level = IPPROTO_IP;
    header = add(&message, header, IP_PKTINFO, &source, sizeof source);
    header->cmsg_level = IPPROTO_IP;
    int other = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    IS(sendmsg(other, &message, 0), 1);
    message = message_of(&buffer, &byte, 1, control, sizeof control);
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    IS(recvmsg(fd, &message, 0), 1);
    CHECK(from.sin_addr.s_addr == htonl(0x7f000002));
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_TTL) {
            memcpy(&ttl, CMSG_DATA(h), sizeof ttl);
            IS(ttl, 7);
        }
    }
}

/* An error on a connected datagram socket, in its queue: IP_RECVERR. */
static void error_queue(void)
{
    struct sockaddr_in address;
    int closed = bound_socket(SOCK_DGRAM, &address), on = 1;
    close(closed);
    int fd = (int)OK(socket(AF_INET, SOCK_DGRAM, 0));
    OK(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on));
    OK(connect(fd, (struct sockaddr *)&address, sizeof address));
    OK(send(fd, "lost", 4, 0));
    char bytes[8];
    struct iovec buffer;
    struct sockaddr_in to;
    _Alignas(struct cmsghdr) char control[256];
    struct msghdr message = message_of(&buffer, bytes, sizeof bytes, control, sizeof control);
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
    IS(recvmsg(fd, &message, MSG_ERRQUEUE), 4);
    CHECK(message.msg_flags & MSG_ERRQUEUE);
    CHECK(to.sin_port == address.sin_port);
    kinds(&message);
    unsigned code;
    memcpy(&code, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof code);
    IS(code, ECONNREFUSED);
}

int main(void)
{
    credentials_and_rights();
    packet_information();
    error_queue();
    return done();
}
