/* Datagrams over loopback, of a program with itself. */
/* NETWORK: yes */
#include "draft.h"

static char bytes[65536];
static const struct peer anything = {{127, 0, 0, 1}, 0};

int main(void)
{
    struct peer from = {{0}, 0};
    const handle server = good(udp_socket()), client = good(udp_socket());
    IS(udp_bind(server, anything), 0);
    IS(udp_bind(client, anything), 0);
    FAILS(udp_receive(server, bytes, &from), "would-block");
    const struct peer to = {{127, 0, 0, 1}, (uint16_t)udp_port(server)};
    IS(udp_send(client, "datagram", 8, to), 0);
    IS(udp_send(client, "", 0, to), 0);
    IS(udp_receive(server, bytes, &from), 8);
    IS(memcmp(bytes, "datagram", 8), 0);
    IS(from.port == udp_port(client), true);
    IS(memcmp(from.host, to.host, 4), 0);
    IS(udp_receive(server, bytes, &from), 0);
    FAILS(udp_send(client, bytes, 65520, to), "too-large");
    IS(udp_connect(client, to), 0);
    IS(udp_send(client, "again", 5, to), 0);
    IS(udp_receive(server, bytes, &from), 5);
    IS(udp_send(server, "answer", 6, from), 0);
    IS(udp_receive(client, bytes, &from), 6);
    IS(from.port == to.port, true);
    const handle other = good(udp_socket());
    IS(udp_bind(other, anything), 0);
    IS(udp_send(other, "stranger", 8, (struct peer){{127, 0, 0, 1}, (uint16_t)udp_port(client)}), 0);
    FAILS(udp_receive(client, bytes, &from), "would-block");
    drop_udp(server), drop_udp(client), drop_udp(other);
    return done();
}
