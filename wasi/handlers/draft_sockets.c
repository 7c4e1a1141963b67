/* wasi:sockets of the draft, where they are not preview2's: sockets of IPv6 that take IPv4, too, at first,
 * listening that binds, and datagrams without streams. */
#define _GNU_SOURCE
#include "wasi/_generated/draft_handlers.h"
#include "wasi/canonical.h"
#include "wasi/datagrams.h"
#include "wasi/handlers/preview2_names.h"
#include "wasi/resources.h"
#include "wasi/sockets.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>

int64_t draft_tcp_create_socket_create_tcp_socket(uint32_t address_family, uint32_t *answer)
{
    return socket_make(RESOURCE_TCP_SOCKET, address_family, true, answer);
}

int64_t draft_udp_create_socket_create_udp_socket(uint32_t address_family, uint32_t *answer)
{
    return socket_make(RESOURCE_UDP_SOCKET, address_family, true, answer);
}

int64_t draft_tcp_start_listen(uint32_t this, uint32_t network)
{
    resource_release(resource_get(this, RESOURCE_TCP_SOCKET)); /* the first wrong handle is told */
    const int64_t result = socket_network(network, RESOURCE_TCP_SOCKET);
    return result < 0 ? result : socket_start_listening(this, true);
}

int64_t draft_tcp_no_delay(uint32_t this, uint8_t *answer)
{
    return socket_flag(this, RESOURCE_TCP_SOCKET, IPPROTO_TCP, TCP_NODELAY, answer);
}

int64_t draft_tcp_set_no_delay(uint32_t this, uint32_t value)
{
    return socket_set_flag(this, RESOURCE_TCP_SOCKET, IPPROTO_TCP, TCP_NODELAY, value);
}

static int64_t ipv6_only(uint32_t this, enum resource_kind kind, uint8_t *answer)
{
    union resource_content *const content = resource_get(this, kind);
    const bool is_ipv6 = content->socket.family == FAMILY_IPV6;
    *answer = is_ipv6 && !content->socket.is_dual;
    resource_release(content);
    return is_ipv6 ? 0 : SOCKET_ERROR(SOCKET_IPV6_ONLY_OPERATION);
}

/* Once there is an address, the kernel does not change it any more (ipv6(7)). */
static int64_t set_ipv6_only(uint32_t this, enum resource_kind kind, uint32_t value)
{
    union resource_content *const content = resource_get(this, kind);
    struct any_socket *const socket = &content->socket;
    int64_t result = SOCKET_ERROR(SOCKET_IPV6_ONLY_OPERATION);
    if (socket->family == FAMILY_IPV6) {
        result = socket_set_option(socket->file, IPPROTO_IPV6, IPV6_V6ONLY, value != 0);
        socket->is_dual = result == 0 ? value == 0 : socket->is_dual;
        result = result == -EINVAL ? SOCKET_ERROR(SOCKET_ALREADY_BOUND) : result;
    }
    resource_release(content);
    return result;
}

int64_t draft_tcp_ipv6_only(uint32_t this, uint8_t *answer)
{
    return ipv6_only(this, RESOURCE_TCP_SOCKET, answer);
}

int64_t draft_tcp_set_ipv6_only(uint32_t this, uint32_t value)
{
    return set_ipv6_only(this, RESOURCE_TCP_SOCKET, value);
}

int64_t draft_udp_ipv6_only(uint32_t this, uint8_t *answer)
{
    return ipv6_only(this, RESOURCE_UDP_SOCKET, answer);
}

int64_t draft_udp_set_ipv6_only(uint32_t this, uint32_t value)
{
    return set_ipv6_only(this, RESOURCE_UDP_SOCKET, value);
}

static struct udp_socket *udp(uint32_t handle)
{
    return &resource_get(handle, RESOURCE_UDP_SOCKET)->udp;
}

/* Ends the use of a socket, with the answer. */
static int64_t left(struct udp_socket *socket, int64_t result)
{
    resource_release((union resource_content *)socket);
    return result;
}

/* The kernel binds a socket that is not. */
static int64_t start_connect(struct udp_socket *socket, const struct wit_ip_socket_address *remote)
{
    if (socket->is_connecting || socket->state == UDP_BINDING) {
        return SOCKET_ERROR(SOCKET_IN_PROGRESS);
    }
    const int64_t result = udp_set_peer(socket, remote);
    if (result == 0) {
        socket->state = UDP_BOUND;
        socket->is_connecting = true;
    }
    return result == -EADDRNOTAVAIL ? SOCKET_ERROR(SOCKET_PORTS_EXHAUSTED) : result;
}

int64_t draft_udp_start_connect(uint32_t this, uint32_t network,
                                const struct wit_ip_socket_address *remote_address)
{
    struct udp_socket *const socket = udp(this);
    const int64_t result = socket_network(network, RESOURCE_UDP_SOCKET);
    return left(socket, result < 0 ? result : start_connect(socket, remote_address));
}

int64_t draft_udp_finish_connect(uint32_t this)
{
    struct udp_socket *const socket = udp(this);
    const bool is_started = socket->is_connecting;
    socket->is_connecting = false;
    return left(socket, is_started ? 0 : SOCKET_ERROR(SOCKET_NOT_IN_PROGRESS));
}

/* What the peer's machine has told of an earlier datagram. */
static int64_t reached(int64_t result)
{
    const bool is_away = result == -ECONNREFUSED || result == -ECONNRESET;
    return is_away ? SOCKET_ERROR(SOCKET_REMOTE_UNREACHABLE) : result;
}

int64_t draft_udp_receive(uint32_t this, struct wit_datagram *answer)
{
    struct udp_socket *const socket = udp(this);
    if (socket->state != UDP_BOUND) {
        return left(socket, SOCKET_ERROR(SOCKET_NOT_BOUND));
    }
    return left(socket, reached(udp_receive(socket, &answer->data, &answer->remote_address)));
}

int64_t draft_udp_send(uint32_t this, const struct wit_datagram *datagram)
{
    struct udp_socket *const socket = udp(this);
    if (socket->state != UDP_BOUND) {
        return left(socket, SOCKET_ERROR(SOCKET_NOT_BOUND));
    }
    return left(socket, reached(udp_send(socket, datagram->data, &datagram->remote_address)));
}

/* Ready for either way, as the text has it: who waits for a datagram sees would-block until it is there. */
uint32_t draft_udp_subscribe(uint32_t this)
{
    struct udp_socket *const socket = udp(this);
    return (uint32_t)left(socket,
                          socket_subscribe((union resource_content *)socket, socket->file, POLLIN | POLLOUT));
}

/* What cannot be reached now is told, too, whatever is asked for. */
int64_t draft_ip_name_lookup_resolve_addresses(uint32_t network, struct wasi_list name,
                                               const struct wit_option_ip_address_family *address_family,
                                               uint32_t include_unavailable, uint32_t *answer)
{
    const bool is_one = address_family->tag != 0;
    (void)include_unavailable;
    return preview2_resolve(network, name, (uint8_t)(is_one ? 1 << address_family->some : EVERY_FAMILY),
                            answer);
}
