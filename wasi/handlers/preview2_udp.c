/* wasi:sockets/udp. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/datagrams.h"
#include "wasi/resources.h"
#include "wasi/sockets.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* Datagrams that one call receives or sends. */
#define MOST_DATAGRAMS 16

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

int64_t preview2_udp_create_socket_create_udp_socket(uint32_t address_family, uint32_t *answer)
{
    return socket_make(RESOURCE_UDP_SOCKET, address_family, false, answer);
}

static int64_t start_bind(struct udp_socket *socket, const struct wit_ip_socket_address *local)
{
    union socket_address address;
    socklen_t size;
    if (socket->state != UDP_IDLE) {
        const bool is_bound = socket->state == UDP_BOUND && !socket->is_connecting;
        return SOCKET_ERROR(is_bound ? SOCKET_ALREADY_BOUND : SOCKET_IN_PROGRESS);
    }
    int64_t result = socket_address_in(&address, &size, socket->family, socket->is_dual, local);
    if (result == 0) {
        result = KERNEL(bind, socket->file->host, &address, size);
    }
    if (result == 0) {
        socket->state = UDP_BINDING;
    }
    return result;
}

int64_t preview2_udp_socket_start_bind(uint32_t self, uint32_t network,
                                       const struct wit_ip_socket_address *local_address)
{
    struct udp_socket *const socket = udp(self);
    const int64_t result = socket_network(network, RESOURCE_UDP_SOCKET);
    return left(socket, result < 0 ? result : start_bind(socket, local_address));
}

int64_t preview2_udp_socket_finish_bind(uint32_t self)
{
    struct udp_socket *const socket = udp(self);
    const bool is_started = socket->state == UDP_BINDING;
    if (is_started) {
        socket->state = UDP_BOUND;
    }
    return left(socket, is_started ? 0 : SOCKET_ERROR(SOCKET_NOT_IN_PROGRESS));
}

static int64_t set_peer(struct udp_socket *socket, const struct wit_option_ip_socket_address *remote)
{
    if (socket->state != UDP_BOUND) {
        return SOCKET_ERROR(SOCKET_NOT_BOUND);
    }
    return remote->tag == 0 ? udp_forget_peer(socket) : udp_set_peer(socket, &remote->some);
}

static uint32_t stream_of(enum resource_kind kind, struct udp_socket *socket)
{
    union resource_content content = {.udp = *socket};
    descriptor_hold(content.udp.file);
    content.udp.permitted = 0;
    return resource_new_child(kind, &content, (union resource_content *)socket);
}

int64_t preview2_udp_socket_stream(uint32_t self, const struct wit_option_ip_socket_address *remote_address,
                                   struct wit_udp_streams *answer)
{
    struct udp_socket *const socket = udp(self);
    if (resource_has_streams((union resource_content *)socket)) {
        wit_trap(
            "a call of WASI makes streams of the handle %u, udp-socket, before those that it has are dropped",
            self);
    }
    const int64_t result = set_peer(socket, remote_address);
    if (result == 0) {
        answer->incoming = stream_of(RESOURCE_INCOMING_DATAGRAM_STREAM, socket);
        answer->outgoing = stream_of(RESOURCE_OUTGOING_DATAGRAM_STREAM, socket);
    }
    return left(socket, result);
}

int64_t preview2_udp_socket_local_address(uint32_t self, struct wit_ip_socket_address *answer)
{
    struct udp_socket *const socket = udp(self);
    const bool has_one = socket->state != UDP_IDLE;
    return left(socket, has_one ? socket_name(socket->file, false, answer) : SOCKET_ERROR(SOCKET_NOT_BOUND));
}

int64_t preview2_udp_socket_remote_address(uint32_t self, struct wit_ip_socket_address *answer)
{
    struct udp_socket *const socket = udp(self);
    const bool has_one = socket->is_connected;
    if (has_one) {
        *answer = socket->remote;
    }
    return left(socket, has_one ? 0 : SOCKET_ERROR(SOCKET_NOT_CONNECTED));
}

uint32_t preview2_udp_socket_address_family(uint32_t self)
{
    return socket_family(self, RESOURCE_UDP_SOCKET);
}

int64_t preview2_udp_socket_unicast_hop_limit(uint32_t self, uint8_t *answer)
{
    return socket_hops(self, RESOURCE_UDP_SOCKET, answer);
}

int64_t preview2_udp_socket_set_unicast_hop_limit(uint32_t self, uint32_t value)
{
    return socket_set_hops(self, RESOURCE_UDP_SOCKET, value);
}

int64_t preview2_udp_socket_receive_buffer_size(uint32_t self, uint64_t *answer)
{
    return socket_buffer(self, RESOURCE_UDP_SOCKET, SO_RCVBUF, answer);
}

int64_t preview2_udp_socket_set_receive_buffer_size(uint32_t self, uint64_t value)
{
    return socket_set_buffer(self, RESOURCE_UDP_SOCKET, SO_RCVBUF, value);
}

int64_t preview2_udp_socket_send_buffer_size(uint32_t self, uint64_t *answer)
{
    return socket_buffer(self, RESOURCE_UDP_SOCKET, SO_SNDBUF, answer);
}

int64_t preview2_udp_socket_set_send_buffer_size(uint32_t self, uint64_t value)
{
    return socket_set_buffer(self, RESOURCE_UDP_SOCKET, SO_SNDBUF, value);
}

/* Nothing of a socket itself waits. */
uint32_t preview2_udp_socket_subscribe(uint32_t self)
{
    struct udp_socket *const socket = udp(self);
    return (uint32_t)left(socket, socket_subscribe((union resource_content *)socket, NULL, 0));
}

static int64_t receive(const struct udp_socket *socket, uint64_t max_results, struct wasi_list *answer)
{
    struct wit_incoming_datagram datagrams[MOST_DATAGRAMS];
    const uint32_t most = max_results < MOST_DATAGRAMS ? (uint32_t)max_results : MOST_DATAGRAMS;
    uint32_t count = 0;
    int64_t result = 0;
    while (count < most && result >= 0) {
        result = udp_receive(socket, &datagrams[count].data, &datagrams[count].remote_address);
        count += result >= 0;
    }
    if (result < 0 && result != -EAGAIN && count == 0) {
        return result;
    }
    const uint32_t bytes = count * (uint32_t)sizeof datagrams[0];
    answer->at = wit_allocate(bytes, 4);
    answer->count = count;
    wit_store(answer->at, datagrams, bytes, 4);
    return 0;
}

int64_t preview2_incoming_datagram_stream_receive(uint32_t self, uint64_t max_results,
                                                  struct wasi_list *answer)
{
    union resource_content *const content = resource_get(self, RESOURCE_INCOMING_DATAGRAM_STREAM);
    return left(&content->udp, receive(&content->udp, max_results, answer));
}

uint32_t preview2_incoming_datagram_stream_subscribe(uint32_t self)
{
    union resource_content *const content = resource_get(self, RESOURCE_INCOMING_DATAGRAM_STREAM);
    return (uint32_t)left(&content->udp, socket_subscribe(content, content->udp.file, POLLIN));
}

int64_t preview2_outgoing_datagram_stream_check_send(uint32_t self, uint64_t *answer)
{
    union resource_content *const content = resource_get(self, RESOURCE_OUTGOING_DATAGRAM_STREAM);
    struct pollfd polled = {.fd = content->udp.file->host, .events = POLLOUT};
    struct timespec none = {0};
    const int64_t result = KERNEL(ppoll, &polled, 1, &none, NULL, 0);
    *answer = result > 0 ? MOST_DATAGRAMS : 0;
    atomic_store(&content->udp.permitted, (uint32_t)*answer);
    return left(&content->udp, 0);
}

/* An address lies in the union of both cases: what is behind the shorter one is not compared. */
static void read_datagram(struct wit_outgoing_datagram *datagram, uint32_t at)
{
    if (!wasi_copy_in(datagram, at, sizeof *datagram)) {
        wit_trap("a call of WASI with a datagram at %#x, which leaves memory", at);
    }
    wit_check_list(datagram->data, 1, 1);
    datagram->remote_address.tag = (uint8_t)wit_case(datagram->remote_address.tag, 2);
    if (datagram->remote_address.tag != 0) {
        union socket_address address;
        socklen_t size;
        struct wit_ip_socket_address *const remote = &datagram->remote_address.some;
        const uint8_t family = (uint8_t)wit_case(remote->tag, 2);
        if (socket_address_in(&address, &size, family, true, remote) == 0) {
            socket_address_out(remote, &address); /* without what lies in gaps */
        }
    }
}

/* Takes so many datagrams off what check-send has permitted. */
static void spend(struct udp_socket *socket, uint32_t count)
{
    uint32_t permitted = atomic_load(&socket->permitted);
    while (count <= permitted) {
        if (atomic_compare_exchange_weak(&socket->permitted, &permitted, permitted - count)) {
            return;
        }
    }
    wit_trap("a call of WASI sends %u datagrams, of which check-send has permitted %u", count, permitted);
}

/* All are looked at before one is sent. */
static int64_t send_all(struct udp_socket *socket, struct wasi_list datagrams)
{
    struct wit_outgoing_datagram datagram;
    spend(socket, datagrams.count);
    for (uint32_t i = 0; i < datagrams.count; i++) {
        read_datagram(&datagram, datagrams.at + i * (uint32_t)sizeof datagram);
    }
    for (uint32_t i = 0; i < datagrams.count; i++) {
        read_datagram(&datagram, datagrams.at + i * (uint32_t)sizeof datagram);
        const bool is_given = datagram.remote_address.tag != 0;
        const int64_t result =
            udp_send(socket, datagram.data, is_given ? &datagram.remote_address.some : NULL);
        if (result < 0) {
            return i > 0 || result == -EAGAIN ? i : result;
        }
    }
    return datagrams.count;
}

int64_t preview2_outgoing_datagram_stream_send(uint32_t self, struct wasi_list datagrams, uint64_t *answer)
{
    union resource_content *const content = resource_get(self, RESOURCE_OUTGOING_DATAGRAM_STREAM);
    const int64_t result = send_all(&content->udp, datagrams);
    *answer = result < 0 ? 0 : (uint64_t)result;
    return left(&content->udp, result);
}

uint32_t preview2_outgoing_datagram_stream_subscribe(uint32_t self)
{
    union resource_content *const content = resource_get(self, RESOURCE_OUTGOING_DATAGRAM_STREAM);
    return (uint32_t)left(&content->udp, socket_subscribe(content, content->udp.file, POLLOUT));
}
