/* CALLS: socket, bind, recvfrom */
#include "check.h"

#include "sockets/address.h"
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>

int main(void)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
    if (fd < 0) {
        skip("no packet sockets");
    }
    struct sockaddr_ll link = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = (int)if_nametoindex("lo")};
    OK(bind(fd, (struct sockaddr *)&link, sizeof link));
    struct sockaddr_in address;
    int datagrams = bound_socket(SOCK_DGRAM, &address);
    OK(sendto(datagrams, "seen by all", 11, 0, (struct sockaddr *)&address, sizeof address));
    for (int i = 0; i < 1000; i++) { /* others use the loopback too */
        char packet[2000];
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        ssize_t n = recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
        if (n == 20 + 8 + 11 && memcmp(packet + 28, "seen by all", 11) == 0) {
            IS(from.sll_family, AF_PACKET);
            IS(from.sll_ifindex == link.sll_ifindex, 1);
            CHECK(from.sll_protocol == htons(ETH_P_IP));
            IS(size, 20);
            return done();
        }
    }
    CHECK(!"the packet came");
    return done();
}
