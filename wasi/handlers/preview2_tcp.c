/* wasi:sockets/tcp. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/resources.h"
#include "wasi/sockets.h"
#include "wasi/streams.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define NANOSECONDS UINT64_C(1000000000)
/* The most that the kernel takes (tcp(7)). */
#define MOST_SECONDS 32767
#define MOST_PROBES 127

enum { SHUTDOWN_RECEIVE, SHUTDOWN_SEND, SHUTDOWN_BOTH };

static struct tcp_socket *tcp(uint32_t handle)
{
    return &resource_get(handle, RESOURCE_TCP_SOCKET)->tcp;
}

/* Ends the use of a socket, with the answer. */
static int64_t left(struct tcp_socket *socket, int64_t result)
{
    resource_release((union resource_content *)socket);
    return result;
}

int64_t preview2_tcp_create_socket_create_tcp_socket(uint32_t address_family, uint32_t *answer)
{
    return socket_make(RESOURCE_TCP_SOCKET, address_family, false, answer);
}

static bool is_in_progress(const struct tcp_socket *socket)
{
    return socket->state == TCP_BINDING || socket->state == TCP_STARTS_LISTENING ||
           socket->state == TCP_CONNECTING;
}

static int64_t start_bind(struct tcp_socket *socket, const struct wit_ip_socket_address *local)
{
    union socket_address address;
    socklen_t size;
    if (socket->state != TCP_IDLE) {
        return SOCKET_ERROR(is_in_progress(socket) ? SOCKET_IN_PROGRESS : SOCKET_ALREADY_BOUND);
    }
    int64_t result = socket_address_in(&address, &size, socket->family, socket->is_dual, local);
    if (result == 0 && !socket_address_is_unicast(&address)) {
        result = SOCKET_ERROR(SOCKET_INVALID_ARGUMENT);
    }
    if (result == 0) { /* a port that the kernel chose is not shared (start_listening) */
        const bool has_port = (local->tag == FAMILY_IPV4 ? local->ipv4.port : local->ipv6.port) != 0;
        result = socket_set_option(socket->file, SOL_SOCKET, SO_REUSEADDR, has_port);
    }
    if (result == 0) {
        result = KERNEL(bind, socket->file->host, &address, size);
    }
    if (result == 0) {
        tcp_set_state(socket, TCP_BINDING);
    }
    return result;
}

int64_t preview2_tcp_socket_start_bind(uint32_t self, uint32_t network,
                                       const struct wit_ip_socket_address *local_address)
{
    struct tcp_socket *const socket = tcp(self);
    const int64_t result = socket_network(network, RESOURCE_TCP_SOCKET);
    return left(socket, result < 0 ? result : start_bind(socket, local_address));
}

/* What has been started is finished at once, but for connecting. */
static int64_t finish(uint32_t self, enum tcp_state from, enum tcp_state to)
{
    struct tcp_socket *const socket = tcp(self);
    const bool is_started = socket->state == from;
    if (is_started) {
        tcp_set_state(socket, to);
    }
    return left(socket, is_started ? 0 : SOCKET_ERROR(SOCKET_NOT_IN_PROGRESS));
}

int64_t preview2_tcp_socket_finish_bind(uint32_t self)
{
    return finish(self, TCP_BINDING, TCP_BOUND);
}

static int64_t not_connectable(const struct tcp_socket *socket)
{
    return SOCKET_ERROR(is_in_progress(socket)           ? SOCKET_IN_PROGRESS
                        : socket->state == TCP_CONNECTED ? SOCKET_ALREADY_CONNECTED
                        : socket->state == TCP_LISTENS   ? SOCKET_ALREADY_LISTENING
                                                         : SOCKET_INVALID_STATE);
}

static int64_t start_connect(struct tcp_socket *socket, const struct wit_ip_socket_address *remote)
{
    union socket_address address;
    socklen_t size;
    if (socket->state != TCP_IDLE && socket->state != TCP_BOUND) {
        return not_connectable(socket);
    }
    int64_t result = socket_remote_in(&address, &size, socket->family, socket->is_dual, remote);
    if (result == 0 && !socket_address_is_unicast(&address)) {
        result = SOCKET_ERROR(SOCKET_INVALID_REMOTE_ADDRESS);
    }
    if (result < 0) {
        return result;
    }
    result = KERNEL(connect, socket->file->host, &address, size);
    if (result == 0 || result == -EINPROGRESS || result == -EINTR) {
        tcp_set_state(socket, TCP_CONNECTING);
        return 0;
    }
    tcp_set_state(socket, TCP_FAILED);
    return result == -EADDRNOTAVAIL ? SOCKET_ERROR(SOCKET_PORTS_EXHAUSTED) : result;
}

int64_t preview2_tcp_socket_start_connect(uint32_t self, uint32_t network,
                                          const struct wit_ip_socket_address *remote_address)
{
    struct tcp_socket *const socket = tcp(self);
    const int64_t result = socket_network(network, RESOURCE_TCP_SOCKET);
    return left(socket, result < 0 ? result : start_connect(socket, remote_address));
}

static uint32_t stream_of(enum resource_kind kind, struct tcp_socket *socket)
{
    return stream_new_of_socket(kind, socket->file, (union resource_content *)socket);
}

static int64_t finish_connect(struct tcp_socket *socket, struct wit_tcp_streams *answer)
{
    struct pollfd polled = {.fd = socket->file->host, .events = POLLOUT};
    struct timespec none = {0};
    int error;
    if (socket->state != TCP_CONNECTING) {
        return SOCKET_ERROR(SOCKET_NOT_IN_PROGRESS);
    }
    if (KERNEL(ppoll, &polled, 1, &none, NULL, 0) <= 0) {
        return -EAGAIN;
    }
    int64_t result = socket_option(socket->file, SOL_SOCKET, SO_ERROR, &error);
    result = result < 0 ? result : -error;
    if (result == 0) {
        result = socket_name(socket->file, true, &socket->remote);
    }
    tcp_set_state(socket, result < 0 ? TCP_FAILED : TCP_CONNECTED);
    if (result == 0) {
        answer->input = stream_of(RESOURCE_INPUT_STREAM, socket);
        answer->output = stream_of(RESOURCE_OUTPUT_STREAM, socket);
    }
    return result;
}

int64_t preview2_tcp_socket_finish_connect(uint32_t self, struct wit_tcp_streams *answer)
{
    struct tcp_socket *const socket = tcp(self);
    return left(socket, finish_connect(socket, answer));
}

int64_t preview2_tcp_socket_start_listen(uint32_t self)
{
    return socket_start_listening(self, false);
}

int64_t preview2_tcp_socket_finish_listen(uint32_t self)
{
    return finish(self, TCP_STARTS_LISTENING, TCP_LISTENS);
}

/* A connection that was given up before it was taken is none: there may be another one. */
static int64_t accept_host(const struct tcp_socket *socket)
{
    int64_t host;
    do {
        host = KERNEL(accept4, socket->file->host, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (host == -EINTR || host == -ECONNABORTED);
    return host;
}

static int64_t accept_connection(const struct tcp_socket *socket, struct wit_accepted *answer)
{
    union resource_content content = {.tcp = {.family = socket->family,
                                              .is_dual = socket->is_dual,
                                              .is_accepted = true,
                                              .backlog = USUAL_BACKLOG,
                                              .state = TCP_CONNECTED}};
    const int64_t denied = socket_protocol(RESOURCE_TCP_SOCKET);
    if (denied < 0 || socket->state != TCP_LISTENS) {
        return denied < 0 ? denied : SOCKET_ERROR(SOCKET_NOT_LISTENING);
    }
    const int64_t host = accept_host(socket);
    int64_t result = host < 0 ? host : socket_keep(host, &content.tcp.file);
    if (result < 0) {
        return result;
    }
    result = socket_name(content.tcp.file, true, &content.tcp.remote);
    if (result == -ENOTCONN) { /* it has gone already */
        content.tcp.remote = (struct wit_ip_socket_address){.tag = socket->family};
    }
    answer->socket = resource_new(RESOURCE_TCP_SOCKET, &content);
    struct tcp_socket *const accepted = tcp(answer->socket);
    answer->input = stream_of(RESOURCE_INPUT_STREAM, accepted);
    answer->output = stream_of(RESOURCE_OUTPUT_STREAM, accepted);
    return left(accepted, 0);
}

int64_t preview2_tcp_socket_accept(uint32_t self, struct wit_accepted *answer)
{
    struct tcp_socket *const socket = tcp(self);
    return left(socket, accept_connection(socket, answer));
}

int64_t preview2_tcp_socket_local_address(uint32_t self, struct wit_ip_socket_address *answer)
{
    struct tcp_socket *const socket = tcp(self);
    const bool has_one = socket->state != TCP_IDLE && socket->state != TCP_FAILED;
    return left(socket, has_one ? socket_name(socket->file, false, answer) : SOCKET_ERROR(SOCKET_NOT_BOUND));
}

/* The kernel forgets the address of a connection that was reset.  Who has accepted one still learns it: libcs
 * ask for it when they accept, where it is not expected to fail. */
int64_t preview2_tcp_socket_remote_address(uint32_t self, struct wit_ip_socket_address *answer)
{
    struct tcp_socket *const socket = tcp(self);
    struct wit_ip_socket_address now;
    if (socket->state != TCP_CONNECTED) {
        return left(socket, SOCKET_ERROR(SOCKET_NOT_CONNECTED));
    }
    const int64_t result = socket->is_accepted ? 0 : socket_name(socket->file, true, &now);
    *answer = socket->remote;
    return left(socket, result);
}

uint32_t preview2_tcp_socket_is_listening(uint32_t self)
{
    struct tcp_socket *const socket = tcp(self);
    return (uint32_t)left(socket, socket->state == TCP_LISTENS);
}

uint32_t preview2_tcp_socket_address_family(uint32_t self)
{
    return socket_family(self, RESOURCE_TCP_SOCKET);
}

static int64_t set_backlog(struct tcp_socket *socket, uint64_t value)
{
    if (value == 0) {
        return SOCKET_ERROR(SOCKET_INVALID_ARGUMENT);
    }
    if (socket->state >= TCP_CONNECTING) {
        return not_connectable(socket);
    }
    socket->backlog = value < INT32_MAX ? (int)value : INT32_MAX;
    return socket->state == TCP_LISTENS ? KERNEL(listen, socket->file->host, socket->backlog) : 0;
}

int64_t preview2_tcp_socket_set_listen_backlog_size(uint32_t self, uint64_t value)
{
    struct tcp_socket *const socket = tcp(self);
    return left(socket, set_backlog(socket, value));
}

static int64_t option_of(uint32_t self, int name, int *value)
{
    struct tcp_socket *const socket = tcp(self);
    return left(socket, socket_option(socket->file, IPPROTO_TCP, name, value));
}

static int64_t set_option(uint32_t self, int name, int value)
{
    struct tcp_socket *const socket = tcp(self);
    return left(socket, socket_set_option(socket->file, IPPROTO_TCP, name, value));
}

int64_t preview2_tcp_socket_keep_alive_enabled(uint32_t self, uint8_t *answer)
{
    return socket_flag(self, RESOURCE_TCP_SOCKET, SOL_SOCKET, SO_KEEPALIVE, answer);
}

int64_t preview2_tcp_socket_set_keep_alive_enabled(uint32_t self, uint32_t value)
{
    return socket_set_flag(self, RESOURCE_TCP_SOCKET, SOL_SOCKET, SO_KEEPALIVE, value);
}

static int64_t seconds_of(uint32_t self, int name, uint64_t *answer)
{
    int value;
    const int64_t result = option_of(self, name, &value);
    *answer = (uint64_t)value * NANOSECONDS;
    return result;
}

/* Of less than a second the kernel knows nothing: it becomes one. */
static int64_t set_seconds(uint32_t self, int name, uint64_t value)
{
    const uint64_t seconds = value / NANOSECONDS + (value % NANOSECONDS != 0);
    if (value == 0) {
        return left(tcp(self), SOCKET_ERROR(SOCKET_INVALID_ARGUMENT));
    }
    return set_option(self, name, seconds < MOST_SECONDS ? (int)seconds : MOST_SECONDS);
}

int64_t preview2_tcp_socket_keep_alive_idle_time(uint32_t self, uint64_t *answer)
{
    return seconds_of(self, TCP_KEEPIDLE, answer);
}

int64_t preview2_tcp_socket_set_keep_alive_idle_time(uint32_t self, uint64_t value)
{
    return set_seconds(self, TCP_KEEPIDLE, value);
}

int64_t preview2_tcp_socket_keep_alive_interval(uint32_t self, uint64_t *answer)
{
    return seconds_of(self, TCP_KEEPINTVL, answer);
}

int64_t preview2_tcp_socket_set_keep_alive_interval(uint32_t self, uint64_t value)
{
    return set_seconds(self, TCP_KEEPINTVL, value);
}

int64_t preview2_tcp_socket_keep_alive_count(uint32_t self, uint32_t *answer)
{
    int value;
    const int64_t result = option_of(self, TCP_KEEPCNT, &value);
    *answer = (uint32_t)value;
    return result;
}

int64_t preview2_tcp_socket_set_keep_alive_count(uint32_t self, uint32_t value)
{
    if (value == 0) {
        return left(tcp(self), SOCKET_ERROR(SOCKET_INVALID_ARGUMENT));
    }
    return set_option(self, TCP_KEEPCNT, value < MOST_PROBES ? (int)value : MOST_PROBES);
}

int64_t preview2_tcp_socket_hop_limit(uint32_t self, uint8_t *answer)
{
    return socket_hops(self, RESOURCE_TCP_SOCKET, answer);
}

int64_t preview2_tcp_socket_set_hop_limit(uint32_t self, uint32_t value)
{
    return socket_set_hops(self, RESOURCE_TCP_SOCKET, value);
}

int64_t preview2_tcp_socket_receive_buffer_size(uint32_t self, uint64_t *answer)
{
    return socket_buffer(self, RESOURCE_TCP_SOCKET, SO_RCVBUF, answer);
}

int64_t preview2_tcp_socket_set_receive_buffer_size(uint32_t self, uint64_t value)
{
    return socket_set_buffer(self, RESOURCE_TCP_SOCKET, SO_RCVBUF, value);
}

int64_t preview2_tcp_socket_send_buffer_size(uint32_t self, uint64_t *answer)
{
    return socket_buffer(self, RESOURCE_TCP_SOCKET, SO_SNDBUF, answer);
}

int64_t preview2_tcp_socket_set_send_buffer_size(uint32_t self, uint64_t value)
{
    return socket_set_buffer(self, RESOURCE_TCP_SOCKET, SO_SNDBUF, value);
}

/* Ready when the next thing to do need not wait: to accept, to finish connecting, or what fails at once. */
uint32_t preview2_tcp_socket_subscribe(uint32_t self)
{
    struct tcp_socket *const socket = tcp(self);
    return (uint32_t)left(socket, socket_subscribe((union resource_content *)socket, socket->file, 0));
}

static void note_shut(struct descriptor *file, uint32_t shutdown_type)
{
    static const uint8_t ways[] = {
        [SHUTDOWN_RECEIVE] = SHUT_IN, [SHUTDOWN_SEND] = SHUT_OUT, [SHUTDOWN_BOTH] = SHUT_IN | SHUT_OUT};
    atomic_fetch_or(&file->shut, ways[shutdown_type]);
}

int64_t preview2_tcp_socket_shutdown(uint32_t self, uint32_t shutdown_type)
{
    static const uint8_t how[] = {
        [SHUTDOWN_RECEIVE] = SHUT_RD, [SHUTDOWN_SEND] = SHUT_WR, [SHUTDOWN_BOTH] = SHUT_RDWR};
    struct tcp_socket *const socket = tcp(self);
    if (socket->state != TCP_CONNECTED) {
        return left(socket, SOCKET_ERROR(SOCKET_NOT_CONNECTED));
    }
    int64_t result = KERNEL(shutdown, socket->file->host, how[shutdown_type]);
    result = result == -ENOTCONN ? 0 : result; /* the peer was first */
    if (result == 0) {
        note_shut(socket->file, shutdown_type);
    }
    return left(socket, result);
}
