/* CALLS: socket, connect, accept, getsockname, sendmsg, recvmsg */
/* REQUIRES: ipv6 */
#include "check.h"

#include "sockets/message.h"
#include <arpa/inet.h>

int main(void)
{
    int listener = (int)OK(socket(AF_INET6, SOCK_STREAM, 0)), only = 1;
    OK(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only));
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT}, found;
    OK(bind(listener, (struct sockaddr *)&address, sizeof address));
    OK(listen(listener, 1));
    socklen_t size = sizeof found;
    OK(getsockname(listener, (struct sockaddr *)&found, &size));
    IS(size, 28);
    CHECK(memcmp(&found.sin6_addr, &address.sin6_addr, 16) == 0 && found.sin6_port != 0);
    int client = (int)OK(socket(AF_INET6, SOCK_STREAM, 0));
    OK(connect(client, (struct sockaddr *)&found, sizeof found));
    struct sockaddr_in6 peer;
    size = sizeof peer;
    int server = (int)OK(accept(listener, (struct sockaddr *)&peer, &size));
    IS(size, 28);
    char text[INET6_ADDRSTRLEN];
    TEXT(inet_ntop(AF_INET6, &peer.sin6_addr, text, sizeof text), "::1");
    IS(send(client, "six", 3, 0), 3);
    char buffer[8];
    IS(recv(server, buffer, sizeof buffer, 0), 3);
    ERR(bind(client, (struct sockaddr *)&address, 16), EINVAL);

    /* IPV6_PKTINFO and the hop limit of a datagram. */
    int fd = (int)OK(socket(AF_INET6, SOCK_DGRAM, 0)), on = 1, hops = 9;
    OK(bind(fd, (struct sockaddr *)&address, sizeof address));
    size = sizeof found;
    OK(getsockname(fd, (struct sockaddr *)&found, &size));
    OK(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on));
    OK(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on));
    _Alignas(struct cmsghdr) char control[256] = {0};
    struct iovec part;
    struct msghdr message = message_of(&part, "x", 1, control, CMSG_SPACE(sizeof hops));
    message.msg_name = &found;
    message.msg_namelen = sizeof found;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_IPV6;
    header->cmsg_type = IPV6_HOPLIMIT;
    header->cmsg_len = CMSG_LEN(sizeof hops);
    memcpy(CMSG_DATA(header), &hops, sizeof hops);
    IS(sendmsg(fd, &message, 0), 1);
    message = message_of(&part, buffer, 1, control, sizeof control);
    IS(recvmsg(fd, &message, 0), 1);
    for (header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        say("level %d type %d length %lld", header->cmsg_level, header->cmsg_type, (long long)header->cmsg_len);
        if (header->cmsg_type == IPV6_HOPLIMIT) {
            memcpy(&hops, CMSG_DATA(header), sizeof hops);
            IS(hops, 9);
        }
    }
    return done();
}
