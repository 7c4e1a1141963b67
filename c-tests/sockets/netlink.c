/* CALLS: socket, bind, sendmsg, recvmsg */
#include "check.h"

#include "sockets/message.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

/* Asks for the links, and answers the index of the loopback. */
static int ask(int fd)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = RTM_GETLINK,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                            .nlmsg_seq = 7}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct iovec part;
    struct msghdr message = message_of(&part, &request, sizeof request, NULL, 0);
    message.msg_name = &kernel;
    message.msg_namelen = sizeof kernel;
    IS(sendmsg(fd, &message, 0), sizeof request);
    int loopback = -1;
    for (bool more = true; more;) {
        static _Alignas(8) char answer[65536];
        message = message_of(&part, answer, sizeof answer, NULL, 0);
        message.msg_name = &kernel;
        message.msg_namelen = sizeof kernel;
        ssize_t size = recvmsg(fd, &message, 0);
        if (size <= 0) {
            break;
        }
        for (struct nlmsghdr *h = (struct nlmsghdr *)answer; NLMSG_OK(h, (unsigned)size); h = NLMSG_NEXT(h, size)) {
            struct ifinfomsg *link = NLMSG_DATA(h);
            if (h->nlmsg_type == NLMSG_DONE) {
                more = false;
            } else if (h->nlmsg_type == RTM_NEWLINK && link->ifi_flags & IFF_LOOPBACK && h->nlmsg_seq == 7) {
                loopback = link->ifi_index;
            }
        }
    }
    IS(kernel.nl_pid, 0);
    IS(message.msg_namelen, sizeof kernel);
    return loopback;
}

int main(void)
{
    int fd = (int)OK(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    OK(bind(fd, (struct sockaddr *)&address, sizeof address));
    socklen_t size = sizeof address;
    OK(getsockname(fd, (struct sockaddr *)&address, &size));
    IS(size, 12);
    CHECK(address.nl_pid != 0);
    CHECK(ask(fd) == (int)if_nametoindex("lo"));
    ERR(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    ERR(socket(AF_NETLINK, SOCK_RAW, 9999), EPROTONOSUPPORT);
    return done();
}
